"""Waits as the ledger tells them."""

from __future__ import annotations

import pytest

from headgate.limits.counters import Counters
from headgate.limits.durations import GUESS
from headgate.limits.ledger import apply
from headgate.limits.operations import (
    AddCalls,
    Decision,
    Granted,
    Operation,
    QuotaRule,
    RateRule,
    Refused,
    Release,
    Reserve,
    Rule,
    Settle,
    Settled,
)
from headgate.model.clock import SECOND, Micros

T = Micros(1_764_547_200 * SECOND)
MINUTE = 60 * SECOND
HOUR = 3600 * SECOND


class Ledger:
    """The state and the time of one test."""

    def __init__(self) -> None:
        self.state = Counters()
        self.now = T

    def wait(self, microseconds: int) -> None:
        self.now = Micros(self.now + microseconds)

    def apply(self, operation: Operation) -> Decision:
        return apply(self.state, operation, now=self.now)

    def reserve(
        self, call: str, *rules: Rule, prompt: int = 0, hold: int = 0, may_change: bool = False
    ) -> Granted | Refused:
        decision = self.apply(
            Reserve(
                id=call,
                rules=rules,
                prompt=prompt,
                hold=hold,
                mode="bounded",
                lifetime=15 * MINUTE,
                limit_may_change=may_change,
            )
        )
        assert isinstance(decision, Granted | Refused)
        return decision

    def refused(self, call: str, *rules: Rule, prompt: int = 0, hold: int = 0) -> Refused:
        decision = self.reserve(call, *rules, prompt=prompt, hold=hold)
        assert isinstance(decision, Refused)
        return decision

    def settle(self, call: str, prompt: int, completion: int) -> Settled:
        decision = self.apply(Settle(call, prompt, completion))
        assert isinstance(decision, Settled)
        return decision


def minute(limit: int) -> RateRule:
    return RateRule("k", limit)


def test_a_call_that_can_never_fit_is_told_no_time() -> None:
    assert Ledger().refused("a", minute(100), prompt=101).retry_after is None
    assert Ledger().refused("a", minute(0)).retry_after is None
    quota = QuotaRule("k", 100, "Daily")
    assert Ledger().refused("a", quota, prompt=101).retry_after is None


def test_under_a_limit_that_may_change_a_call_too_large_is_told_when_the_window_is_empty() -> None:
    ledger = Ledger()
    for retry_after in (1, 51):
        decision = ledger.reserve("a", minute(100), prompt=101, may_change=True)
        assert isinstance(decision, Refused)
        assert (decision.retry_after, decision.waits_on_holds) == (retry_after, False)
        ledger.apply(AddCalls(minute(0), 1))
        ledger.wait(10 * SECOND)


@pytest.mark.parametrize("offset", [0, 1, SECOND - 1])
@pytest.mark.parametrize(("prompt", "wait"), [(11, 41), (70, 41), (71, 61), (100, 61)])
def test_retry_after_is_exact_for_a_rate(offset: int, prompt: int, wait: int) -> None:
    ledger = Ledger()
    ledger.apply(AddCalls(RateRule("k", 0), 60))
    ledger.wait(20 * SECOND)
    ledger.apply(AddCalls(RateRule("k", 0), 30))
    ledger.wait(offset)
    assert ledger.refused("a", minute(100), prompt=prompt).retry_after == wait
    ledger.wait((wait - 1) * SECOND)
    assert isinstance(ledger.reserve("a", minute(100), prompt=prompt), Refused)
    ledger.wait(SECOND)
    assert isinstance(ledger.reserve("a", minute(100), prompt=prompt), Granted)


def test_retry_after_is_exact_for_a_quota() -> None:
    quota = QuotaRule("k", 100, "Hourly")
    ledger = Ledger()
    ledger.reserve("a", quota, prompt=100)
    ledger.wait(HOUR - 10 * SECOND + 1)
    assert ledger.refused("b", quota, prompt=1).retry_after == 10
    ledger.wait(10 * SECOND - 2)
    assert isinstance(ledger.reserve("b", quota, prompt=1), Refused)
    ledger.wait(1)
    assert isinstance(ledger.reserve("b", quota, prompt=1), Granted)


def test_retry_after_is_when_all_rules_would_pass() -> None:
    quota = QuotaRule("k", 100, "Hourly")
    ledger = Ledger()
    ledger.wait(HOUR - 5 * SECOND)
    ledger.reserve("a", minute(100), quota, prompt=100)
    refused = ledger.refused("b", minute(100), quota, prompt=100)
    assert (refused.rule, refused.limit, refused.retry_after) == (1, 100, 61)
    assert ledger.refused("b", minute(50), quota, prompt=100).retry_after is None


def test_a_call_is_not_in_its_own_way() -> None:
    ledger = Ledger()
    ledger.reserve("a", minute(100), prompt=60)
    ledger.wait(10 * SECOND)
    ledger.reserve("b", minute(100), prompt=40)
    assert ledger.refused("b", minute(90), prompt=40).retry_after == 51


def test_a_charge_of_its_own_that_has_left_the_window_is_not_given_to_a_call_again() -> None:
    ledger = Ledger()
    ledger.reserve("a", minute(100), prompt=60)
    ledger.wait(61 * SECOND)
    ledger.reserve("b", minute(100), prompt=100)
    assert isinstance(ledger.reserve("a", minute(100), prompt=40), Refused)


def test_where_holds_alone_refuse_the_wait_is_a_guess() -> None:
    ledger = Ledger()
    ledger.reserve("a", minute(100), prompt=10, hold=90)
    refused = ledger.refused("b", minute(100), prompt=20)
    assert (refused.waits_on_holds, refused.wait) == (True, GUESS)


def test_the_guess_is_no_longer_than_the_wait_on_the_window_alone() -> None:
    ledger = Ledger()
    ledger.apply(AddCalls(minute(0), 60))
    ledger.wait(59 * SECOND)
    ledger.reserve("a", minute(100), prompt=1, hold=30)
    refused = ledger.refused("b", minute(100), prompt=20)
    assert (refused.waits_on_holds, refused.retry_after) == (True, 2)


def test_where_the_window_refuses_too_the_wait_is_exact_if_the_holds_may_stay() -> None:
    ledger = Ledger()
    ledger.apply(AddCalls(minute(0), 60))
    ledger.wait(20 * SECOND)
    ledger.reserve("a", minute(100), prompt=1, hold=30)
    refused = ledger.refused("b", minute(100), prompt=50)
    assert (refused.waits_on_holds, refused.retry_after) == (False, 41)


def test_where_the_window_refuses_and_the_holds_must_go_it_waits_for_both() -> None:
    ledger = Ledger()
    ledger.apply(AddCalls(minute(0), 60))
    ledger.wait(20 * SECOND)
    ledger.reserve("a", minute(100), prompt=1, hold=30)
    refused = ledger.refused("b", minute(100), prompt=80)
    assert (refused.waits_on_holds, refused.retry_after) == (True, 41)


def test_the_guess_is_learned_from_calls_that_were_settled_and_stays_within_the_window() -> None:
    for duration, guess in ((0, 1), (500 * SECOND, 60)):
        ledger = Ledger()
        for number in range(200):
            ledger.reserve(str(number), minute(100), prompt=1)
            ledger.wait(duration)
            ledger.settle(str(number), 1, 0)
            ledger.wait(61 * SECOND)
        ledger.reserve("a", minute(100), prompt=10, hold=90)
        assert ledger.refused("b", minute(100), prompt=20).retry_after == guess


def test_the_guess_is_what_is_left_of_calls_as_old_as_the_holds_in_the_way() -> None:
    ledger = Ledger()
    for number, duration in enumerate((2, 20, 20, 20, 50)):
        ledger.reserve(str(number), QuotaRule("other", 100, "Yearly"), prompt=1)
        ledger.wait(duration * SECOND)
        ledger.settle(str(number), 1, 0)
    ledger.reserve("old", minute(1000), hold=300)
    ledger.wait(16 * SECOND)
    assert ledger.refused("x", minute(300), prompt=20).retry_after == 4
    ledger.reserve("new", minute(1000), hold=500)
    # The mean age of what is held is six seconds now, and that of others than `old` is nought.
    assert ledger.refused("x", minute(800), prompt=20).retry_after == 14
    assert ledger.refused("old", minute(300), prompt=20).retry_after == 20


def test_a_call_taken_back_teaches_no_duration() -> None:
    ledger = Ledger()
    ledger.reserve("a", minute(100), prompt=1)
    ledger.apply(Release("a"))
    assert ledger.state.durations.remaining(0) == GUESS
