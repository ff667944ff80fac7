from __future__ import annotations

import pytest

from headgate.model.entities import PolicySource
from headgate.policy.compile import CompiledDocument, Scope, compile_document
from headgate.policy.elements import discover
from headgate.policy.inheritance import DEFAULT_GLOBAL, effective_plan
from headgate.policy.plan import Block
from headgate.policy.surroundings import Surroundings


def document(scope: Scope, **sections: str) -> CompiledDocument:
    """Return a document whose sections name the variables that they set; `base` is itself."""
    xml = "".join(
        f"<{section}>{''.join(map(element, names.split()))}</{section}>"
        for section, names in sections.items()
    )
    source = PolicySource(file=scope, text=f"<policies>{xml}</policies>")
    surroundings = Surroundings(registry=discover())
    compiled, found = compile_document(source, scope=scope, surroundings=surroundings)
    assert compiled is not None, found
    return compiled


def element(name: str) -> str:
    return "<base />" if name == "base" else f'<set-variable id="{name}" name="x" value="" />'


def ids(block: Block) -> list[str | None]:
    return [step.where.policy_id for step in block.steps]


def test_base_stands_for_the_broader_section() -> None:
    plan = effective_plan(
        document("global", inbound="g"),
        document("product", inbound="p base"),
        document("api", inbound="base a"),
        document("operation", inbound="o1 base o2"),
    )
    assert ids(plan.inbound) == ["o1", "p", "g", "a", "o2"]


def test_section_without_base_inherits_nothing() -> None:
    plan = effective_plan(
        document("global", inbound="g", outbound="g"),
        document("api", inbound="a", outbound="base"),
    )
    assert (ids(plan.inbound), ids(plan.outbound)) == (["a"], ["g"])


def test_absent_section_inherits_nothing() -> None:
    plan = effective_plan(document("global", backend="g"), document("api", inbound="a"))
    assert ids(plan.backend) == []


def test_absent_document_is_one_with_only_base() -> None:
    plan = effective_plan(document("global", inbound="g"), None, document("api", inbound="base"))
    assert ids(plan.inbound) == ["g"]


def test_broadest_document_alone_is_the_plan() -> None:
    plan = effective_plan(document("global", inbound="a b"))
    assert ids(plan.inbound) == ["a", "b"]


def test_steps_are_shared_between_plans() -> None:
    broadest = document("global", inbound="g")
    plans = [effective_plan(broadest, document("api", inbound="base")) for _ in range(2)]
    assert plans[0].inbound.steps[0] is plans[1].inbound.steps[0]


def test_default_document_forwards() -> None:
    surroundings = Surroundings(registry=discover())
    compiled, found = compile_document(DEFAULT_GLOBAL, scope="global", surroundings=surroundings)
    assert compiled is not None, found
    plan = effective_plan(compiled)
    assert [step.source for step in plan.backend.steps] == ["forward-request"]
    assert [plan.inbound.steps, plan.outbound.steps, plan.on_error.steps] == [(), (), ()]


def test_incomplete_document_cannot_run() -> None:
    source = PolicySource(
        file="f", text="<policies><inbound><set-method>{{x}}</set-method></inbound></policies>"
    )
    surroundings = Surroundings(registry=discover(), allow_missing_named_values=True)
    compiled, _ = compile_document(source, scope="global", surroundings=surroundings)
    assert compiled is not None
    with pytest.raises(AssertionError):
        effective_plan(compiled)
