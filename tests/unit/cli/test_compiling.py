from __future__ import annotations

from typing import Any

from headgate.cli.compiling import PlanMaker, compile_service
from headgate.model.entities import Api, Operation, PolicySource, Product, Service
from headgate.policy.elements import discover
from headgate.policy.inheritance import DEFAULT_GLOBAL
from headgate.policy.node import Node
from headgate.policy.plan import Step
from headgate.policy.text import Text
from headgate.policy.value import Value

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


def test_a_global_document_takes_the_place_of_the_default_one() -> None:
    service = Service(apis=(CHAT,), global_policy=source("policy.xml", "<base />"))
    compiled, found = compile_service(service, REGISTRY)
    assert compiled is not None, found
    assert compiled.unrouted.backend.steps == ()
    assert compiled.plans["chat", "ask", None].backend.steps == ()


def test_scopes_merge_from_broad_to_narrow() -> None:
    def set_variable(name: str) -> str:
        return f'<base /><set-variable name="{name}" value="1" />'

    service = Service(
        apis=(CHAT,),
        products=(Product(id="gold", name="Gold", api_ids=frozenset({"chat"})),),
        global_policy=source("policy.xml", set_variable("global")),
        product_policies={"gold": source("gold.xml", set_variable("product"))},
        api_policies={"chat": source("apis/chat/policy.xml", set_variable("api"))},
        operation_policies={("chat", "ask"): source("apis/chat/ask.xml", set_variable("ask"))},
    )
    compiled, found = compile_service(service, REGISTRY)
    assert compiled is not None, found
    gold = compiled.plans["chat", "ask", "gold"].inbound.steps
    assert [step.where.scope for step in gold] == ["global", "product", "api", "operation"]
    alone = compiled.plans["chat", "ask", None].inbound.steps
    assert [step.where.scope for step in alone] == ["global", "api", "operation"]


def test_a_fragment_is_checked_though_nothing_includes_it() -> None:
    broken = PolicySource(file="f.xml", text="<fragment><nothing /></fragment>")
    compiled, found = compile_service(Service(apis=(CHAT,), fragments={"f": broken}), REGISTRY)
    assert compiled is None
    assert [(finding.file, finding.code) for finding in found] == [("f.xml", "HG140")]


def test_a_finding_in_a_fragment_is_told_once_however_often_it_is_included() -> None:
    include = '<include-fragment fragment-id="f" />'
    service = Service(
        apis=(CHAT,),
        global_policy=source("policy.xml", include),
        api_policies={"chat": source("apis/chat/policy.xml", include)},
        fragments={"f": PolicySource(file="f.xml", text="<fragment><nothing /></fragment>")},
    )
    _, found = compile_service(service, REGISTRY)
    assert [finding.file for finding in found if finding.code == "HG140"] == ["f.xml"]


def test_what_a_service_without_a_global_document_does_is_what_the_default_says() -> None:
    silent, _ = compile_service(Service(apis=(CHAT,)), REGISTRY)
    explicit, _ = compile_service(Service(apis=(CHAT,), global_policy=DEFAULT_GLOBAL), REGISTRY)
    assert silent is not None
    assert explicit is not None
    assert [step.source for step in silent.unrouted.backend.steps] == [
        step.source for step in explicit.unrouted.backend.steps
    ]


def test_one_wrong_document_of_a_product_that_holds_nothing_leaves_no_plan_at_all() -> None:
    service = Service(
        apis=(CHAT,),
        products=(Product(id="idle", name="Idle"),),
        product_policies={"idle": source("idle.xml", "<one />")},
    )
    compiled, found = compile_service(service, REGISTRY)
    assert compiled is None
    assert [finding.file for finding in found] == ["idle.xml"]


class Counting:
    """An instrument that counts what it is shown."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    def step(self, step: Step, node: Node) -> Step:
        self.steps.append(node.name)
        return step

    def value(self, value: Value[Any], text: Text, *, what: str) -> None:
        """Leave expressions alone."""


def test_a_plan_is_made_once_when_it_is_asked_for() -> None:
    counting = Counting()
    service = Service(
        apis=(CHAT,),
        products=(Product(id="gold", name="Gold", api_ids=frozenset({"chat"})),),
        product_policies={"gold": source("gold.xml", "<base /><set-method>PUT</set-method>")},
        api_policies={
            "chat": source("chat.xml", '<base /><set-variable name="a" value="1" />'),
        },
    )
    maker = PlanMaker(service, REGISTRY, instrument=counting)
    assert counting.steps == []
    plan = maker.plan("chat", "ask", product="gold")
    assert [step.source for step in plan.inbound.steps] == ["set-method", "set-variable"]
    assert maker.plan("chat", "ask", product="gold") is plan
    other = maker.plan("chat", "ask", product=None)
    assert [step.source for step in other.inbound.steps] == ["set-variable"]
    assert sorted(counting.steps) == ["forward-request", "set-method", "set-variable"]
