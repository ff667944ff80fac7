from __future__ import annotations

import pytest

from headgate.limits.concurrency import Gates
from headgate.model.context import Context
from headgate.model.errors import CallError
from headgate.policy.effects import Forward, ForwardFailed
from headgate.policy.plan import Block, ResponseReturned, Step
from headgate.testing.playbook import Playbook, compile_element, diagnose, make_context

FORWARD = "<forward-request />"
XML = '<limit-concurrency key="@(context.Request.Method)" max-count="1">{}</limit-concurrency>'


def made(gates: Gates, inner: str = FORWARD) -> tuple[Step, Context]:
    context = make_context()
    context.owners[Gates] = gates
    return compile_element(XML.format(inner), section="backend"), context


def test_a_call_is_inside_while_its_policies_run() -> None:
    gates = Gates()
    step, context = made(gates)
    steps = Block((step,)).drive(context)
    assert isinstance(next(steps), Forward)
    assert gates.inside("GET") == 1
    with pytest.raises(StopIteration):
        steps.send(None)
    assert gates.inside("GET") == 0


def test_one_too_many_is_refused_before_anything_runs() -> None:
    gates = Gates()
    gates.enter("GET", 1)
    step, context = made(gates)
    with pytest.raises(CallError) as raised:
        Playbook(step, context).run()
    assert (raised.value.status, raised.value.source) == (429, "limit-concurrency")
    assert raised.value.reason == "ConcurrencyLimitExceeded"
    assert gates.inside("GET") == 1


def test_other_keys_are_free() -> None:
    gates = Gates()
    gates.enter("POST", 1)
    Playbook(*made(gates)).expect(Forward, None).run()


def test_a_failure_lets_the_call_out() -> None:
    gates = Gates()
    with pytest.raises(CallError):
        Playbook(*made(gates)).expect(Forward, ForwardFailed("refused", "No.")).run()
    assert gates.inside("GET") == 0


def test_an_answer_of_a_policy_lets_the_call_out() -> None:
    gates = Gates()
    with pytest.raises(ResponseReturned):
        Playbook(*made(gates, "<return-response />")).run()
    assert gates.inside("GET") == 0


def test_a_caller_that_leaves_lets_the_call_out() -> None:
    gates = Gates()
    step, context = made(gates)
    steps = Block((step,)).drive(context)
    next(steps)
    steps.close()
    assert gates.inside("GET") == 0


@pytest.mark.parametrize(("count", "codes"), [("0", ["HG144"]), ("1", []), ("@(1)", ["HG146"])])
def test_the_count_is_a_literal_of_at_least_one(count: str, codes: list[str]) -> None:
    xml = f'<limit-concurrency key="k" max-count="{count}">{FORWARD}</limit-concurrency>'
    assert diagnose(xml, section="backend") == codes
