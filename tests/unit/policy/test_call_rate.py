from __future__ import annotations

from typing import Any

import pytest

from headgate.limits.operations import AddCalls, CountCalls, Counted, Decision, Full, Refused
from headgate.model.clock import SECOND
from headgate.model.errors import CallError
from headgate.policy.answer_headers import AnswerHeaders
from headgate.policy.call_rate import CallRate, call_rule
from headgate.policy.effects import Apply, Steps
from headgate.policy.schema import Site
from headgate.testing.playbook import make_context

RULE = call_rule("k", calls=10, period=60)


class Some(CallRate, name="some-rate", sections=("inbound",)):
    """An element for this test."""


def element(**names: Any) -> Some:
    some = Some(**names)
    some.site = Site(name="some-rate")
    return some


ALL = {
    "retry_after_header_name": "x-wait",
    "retry_after_variable_name": "wait",
    "remaining_calls_header_name": "x-left",
    "remaining_calls_variable_name": "left",
    "total_calls_header_name": "x-total",
}


def reply(steps: Steps[Any], decision: Decision) -> tuple[object, Any]:
    """Answer the one effect of a computation; return its operation and the result."""
    effect = next(steps)
    assert isinstance(effect, Apply)
    with pytest.raises(StopIteration) as ended:
        steps.send(decision)
    return effect.operation, ended.value.value


def refusal(some: Some, wait: int | None) -> tuple[CallError, Any]:
    """Return the error of a refused call, and its context."""
    context = make_context()
    steps = some.count(context, RULE, amount=1)
    next(steps)
    with pytest.raises(CallError) as raised:
        steps.send(Refused(rule=0, wait=wait, remaining=(0,), needed=1, limit=10))
    return raised.value, context


def test_a_rule_counts_calls_in_seconds() -> None:
    assert RULE.counter == ("calls", 60 * SECOND, "k")
    assert RULE.limit == 10


def test_counting_returns_what_is_left() -> None:
    counted = reply(element().count(make_context(), RULE, amount=2), Counted(8))
    assert counted == (CountCalls(RULE, 2), 8)


def test_adding_asks_nothing_and_tells_what_is_left() -> None:
    context = make_context()
    operation, _ = reply(element(**ALL).add(context, RULE, amount=3), Counted(7))
    assert operation == AddCalls(RULE, 3)
    assert context.variables == {"left": 7}
    assert context.owners[AnswerHeaders] == {"x-left": "7", "x-total": "10"}


def test_without_names_nothing_is_told() -> None:
    context = make_context()
    element().publish(context, remaining=3, total=10)
    assert context.variables == {}
    assert AnswerHeaders not in context.owners


def test_a_refusal_has_apims_words_and_names_the_wait() -> None:
    error, context = refusal(element(), 4_000_001)
    assert (error.status, error.source, error.reason) == (429, "some-rate", "RateLimitExceeded")
    assert error.message == "Rate limit is exceeded. Try again in 5 seconds."
    assert error.headers == (("Retry-After", "5"),)
    assert context.variables == {}


def test_a_refusal_tells_under_the_names_that_were_chosen() -> None:
    error, context = refusal(element(**ALL), 5_000_000)
    assert error.headers == (("x-wait", "5"),)
    assert context.variables == {"left": 0, "wait": 5}
    assert context.owners[AnswerHeaders] == {"x-left": "0", "x-total": "10"}


def test_a_call_that_never_fits_is_given_no_time() -> None:
    error, context = refusal(element(**ALL), None)
    assert error.message == "Rate limit is exceeded."
    assert error.headers == ()
    assert "wait" not in context.variables


def test_calls_that_cannot_be_counted_are_not_let_through() -> None:
    some, context = element(), make_context()
    for steps in (some.count(context, RULE, amount=1), some.add(context, RULE, amount=1)):
        next(steps)
        with pytest.raises(CallError) as raised:
            steps.send(Full("250000 counters are in use", of_keys=True))
        assert (raised.value.status, raised.value.source) == (503, "some-rate")
        assert raised.value.detail == "250000 counters are in use"
