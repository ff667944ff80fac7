from __future__ import annotations

from headgate.model.entities import Api, Operation
from headgate.policy.metering import TokenTerms
from headgate.routing.router import Match
from headgate.testing.snapshots import bare_snapshot, empty_plan

API = Api(
    id="a",
    name="A",
    path="a",
    operations=(Operation(id="o", name="O", method="GET", url_template="/"),),
)


def test_an_empty_plan_does_nothing() -> None:
    plan = empty_plan()
    assert all(
        section.plain and section.steps == ()
        for section in (plan.inbound, plan.backend, plan.outbound, plan.on_error)
    )


def test_a_bare_snapshot_routes_its_apis_to_empty_plans() -> None:
    snapshot = bare_snapshot(API)
    assert isinstance(snapshot.router.match("GET", "/a", query_string=""), Match)
    assert snapshot.plan("a", "o", product=None).inbound.steps == ()


def test_terms_are_the_default_ones_unless_given() -> None:
    assert bare_snapshot().terms.admission == TokenTerms().admission
    assert bare_snapshot(terms=TokenTerms(admission="apim")).terms.admission == "apim"
