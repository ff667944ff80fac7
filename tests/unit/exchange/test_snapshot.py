from __future__ import annotations

from headgate.model.entities import Api, Operation, Product
from headgate.testing.snapshots import bare_snapshot

CHAT = Api(
    id="chat",
    name="Chat",
    path="openai",
    operations=(Operation(id="op", name="", method="GET", url_template="/"),),
)


def test_a_plan_is_found_by_api_operation_and_product() -> None:
    snapshot = bare_snapshot(CHAT)
    assert snapshot.plan("chat", "op", product=None) is snapshot.plans["chat", "op", None]


def test_a_product_has_plans_of_its_own() -> None:
    snapshot = bare_snapshot(CHAT)
    product = Product(id="gold", name="Gold")
    plans = {**snapshot.plans, ("chat", "op", "gold"): snapshot.unrouted}
    from_product = type(snapshot)(
        number=2,
        router=snapshot.router,
        doorkeeper=snapshot.doorkeeper,
        plans=plans,
        unrouted=snapshot.unrouted,
        service_urls={},
        users={},
        deployment=snapshot.deployment,
        terms=snapshot.terms,
        backends=snapshot.backends,
    )
    assert from_product.plan("chat", "op", product=product) is snapshot.unrouted
