from __future__ import annotations

from headgate.cli.compiling import compile_service
from headgate.model.entities import Api, Operation, PolicySource, Product, Service
from headgate.policy.elements import discover

REGISTRY = discover()
CHAT = Api(
    id="chat",
    name="Chat",
    path="chat",
    operations=(Operation(id="ask", name="", method="POST", url_template="/ask"),),
)


def source(file: str, inbound: str) -> PolicySource:
    text = f"<policies><inbound>{inbound}</inbound></policies>"
    return PolicySource(file=file, text=text)


def test_a_service_without_documents_forwards() -> None:
    compiled, found = compile_service(Service(apis=(CHAT,)), REGISTRY)
    assert compiled is not None
    assert found == []
    plan = compiled.plans["chat", "ask", None]
    assert [step.source for step in plan.backend.steps] == ["forward-request"]


def test_the_errors_of_all_documents_are_reported_at_once() -> None:
    service = Service(
        apis=(CHAT,),
        global_policy=source("policy.xml", "<one />"),
        api_policies={"chat": source("apis/chat/policy.xml", "<two />")},
        operation_policies={("chat", "ask"): source("apis/chat/ask.xml", "<three />")},
        fragments={"f": PolicySource(file="f.xml", text="<fragment><four /></fragment>")},
    )
    compiled, found = compile_service(service, REGISTRY)
    assert compiled is None
    assert {(finding.file, finding.code) for finding in found} == {
        ("policy.xml", "HG140"),
        ("apis/chat/policy.xml", "HG140"),
        ("apis/chat/ask.xml", "HG140"),
        ("f.xml", "HG140"),
    }


def test_a_product_has_a_plan_of_its_own_for_each_of_its_apis() -> None:
    limit = '<rate-limit calls="1" renewal-period="60" />'
    service = Service(
        apis=(CHAT,),
        products=(
            Product(id="gold", name="Gold", api_ids=frozenset({"chat"})),
            Product(id="idle", name="Idle"),
        ),
        product_policies={"gold": source("gold.xml", limit)},
    )
    compiled, _ = compile_service(service, REGISTRY)
    assert compiled is not None
    assert set(compiled.plans) == {("chat", "ask", None), ("chat", "ask", "gold")}
    gold = compiled.plans["chat", "ask", "gold"]
    assert [step.source for step in gold.inbound.steps] == ["rate-limit"]
    assert compiled.plans["chat", "ask", None].inbound.steps == ()
