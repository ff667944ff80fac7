from __future__ import annotations

import pytest

from headgate.limits.counters import AFTERLIFE, Counters
from headgate.limits.ledger import apply
from headgate.limits.operations import (
    AddCalls,
    AdmissionMode,
    CountCalls,
    Counted,
    CounterId,
    Decision,
    Done,
    Full,
    Granted,
    Level,
    Operation,
    Progress,
    QuotaRule,
    RateRule,
    Read,
    Refused,
    Release,
    Reserve,
    Reset,
    Rule,
    Seen,
    Settle,
    Settled,
    Weighed,
)
from headgate.model.clock import SECOND, Micros

T = Micros(1_764_547_200 * SECOND)
MINUTE = 60 * SECOND
HOUR = 3600 * SECOND
K: CounterId = ("tokens", MINUTE, "k")


class Ledger:
    """The state and the time of one test."""

    def __init__(self, mode: AdmissionMode = "bounded") -> None:
        self.state = Counters()
        self.mode: AdmissionMode = mode
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
                mode=self.mode,
                lifetime=15 * MINUTE,
                limit_may_change=may_change,
            )
        )
        assert isinstance(decision, Granted | Refused)
        return decision

    def admit(self, call: str, *rules: Rule, prompt: int = 0, hold: int = 0) -> Granted:
        decision = self.reserve(call, *rules, prompt=prompt, hold=hold)
        assert isinstance(decision, Granted)
        return decision

    def refused(self, call: str, *rules: Rule, prompt: int = 0, hold: int = 0) -> Refused:
        decision = self.reserve(call, *rules, prompt=prompt, hold=hold)
        assert isinstance(decision, Refused)
        return decision

    def settle(self, call: str, prompt: int, completion: int) -> Settled:
        decision = self.apply(Settle(call, prompt, completion))
        assert isinstance(decision, Settled)
        return decision

    def level(self, counter: CounterId = K) -> tuple[int, int]:
        level = self.apply(Read(counter))
        assert isinstance(level, Level)
        return level.used, level.held


def minute(limit: int, key: str = "k") -> RateRule:
    return RateRule(key, limit)


@pytest.mark.parametrize("mode", ["apim", "bounded"])
@pytest.mark.parametrize(
    ("used", "prompt", "fits"),
    [
        (0, 99, True),
        (0, 100, True),
        (0, 101, False),
        (60, 39, True),
        (60, 40, True),
        (60, 41, False),
        (99, 0, True),
        (100, 0, False),
    ],
)
def test_a_call_fits_when_its_prompt_does_and_the_limit_is_not_reached(
    mode: AdmissionMode, used: int, prompt: int, fits: bool
) -> None:
    ledger = Ledger(mode)
    ledger.apply(AddCalls(minute(0), used))
    decision = ledger.reserve("a", minute(100), prompt=prompt)
    assert isinstance(decision, Granted) is fits
    assert ledger.level() == (used + (prompt if fits else 0), 0)


def test_what_calls_in_flight_may_yet_use_is_held() -> None:
    ledger = Ledger()
    ledger.reserve("a", minute(100), prompt=10, hold=50)
    assert ledger.level() == (10, 50)
    assert isinstance(ledger.reserve("b", minute(100), prompt=41), Refused)
    assert isinstance(ledger.reserve("b", minute(100), prompt=40), Granted)


def test_mode_apim_holds_nothing_and_minds_no_hold() -> None:
    ledger = Ledger()
    ledger.reserve("a", minute(100), prompt=10, hold=90)
    ledger.mode = "apim"
    assert ledger.admit("b", minute(100), prompt=90, hold=50).remaining == (0,)
    assert ledger.level() == (100, 90)


@pytest.mark.parametrize(
    ("limit", "prompt", "held"), [(100, 10, 50), (100, 60, 40), (100, 50, 50), (100, 100, 1)]
)
def test_a_hold_is_never_more_than_the_limit_leaves_and_never_nothing(
    limit: int, prompt: int, held: int
) -> None:
    ledger = Ledger()
    ledger.reserve("a", minute(limit), prompt=prompt, hold=50)
    assert ledger.level() == (prompt, held)


def test_a_call_without_completion_holds_nothing() -> None:
    ledger = Ledger()
    ledger.reserve("a", minute(100), prompt=10, hold=0)
    assert ledger.level() == (10, 0)


def test_remaining_leaves_out_the_own_hold_and_counts_the_own_prompt() -> None:
    ledger = Ledger()
    assert ledger.admit("a", minute(100), prompt=10, hold=20).remaining == (90,)
    assert ledger.admit("b", minute(100), prompt=5, hold=20).remaining == (65,)


def test_a_refusal_writes_nothing() -> None:
    ledger = Ledger()
    rules = (minute(100), QuotaRule("q", 1000, "Daily"), minute(5, "tight"))
    refused = ledger.refused("a", *rules, prompt=10, hold=10)
    assert (refused.rule, refused.needed, refused.limit) == (2, 10, 5)
    assert refused.remaining == (100, 1000, 0)
    assert [ledger.level(rule.counter) for rule in rules] == [(0, 0)] * 3
    assert ledger.state.reservations == {}


def test_the_quota_decides_before_the_rate_whatever_their_order() -> None:
    rate, quota = minute(5), QuotaRule("k", 5, "Daily")
    assert Ledger().refused("a", rate, quota, prompt=6).rule == 1
    assert Ledger().refused("a", quota, rate, prompt=6).rule == 0


def test_two_rules_on_one_counter_charge_it_once() -> None:
    ledger = Ledger()
    assert ledger.admit("a", minute(100), minute(50), prompt=10).remaining == (90, 40)
    assert ledger.level() == (10, 0)


def test_a_second_element_on_the_same_counter_tests_its_own_limit_and_charges_nothing() -> None:
    ledger = Ledger()
    ledger.reserve("other", minute(100), prompt=30)
    ledger.reserve("a", minute(100), prompt=20, hold=10)
    assert ledger.admit("a", minute(50), prompt=20, hold=10).remaining == (0,)
    assert ledger.level() == (50, 10)
    assert isinstance(ledger.reserve("a", minute(49), prompt=20, hold=10), Refused)
    assert ledger.level() == (50, 10)


def test_a_second_element_that_knows_the_prompt_charges_what_the_first_did_not() -> None:
    ledger = Ledger()
    ledger.reserve("a", minute(100), prompt=0, hold=5)
    ledger.reserve("a", minute(100), prompt=20, hold=30)
    assert ledger.level() == (20, 30)
    assert ledger.admit("a", minute(100), prompt=0).remaining == (80,)
    assert ledger.level() == (20, 30)


def test_the_reservation_of_a_call_spans_several_counters() -> None:
    ledger = Ledger()
    ledger.reserve("a", minute(500, "all"), prompt=10)
    ledger.reserve("a", minute(100, "class"), QuotaRule("all", 900, "Daily"), prompt=10)
    settled = ledger.settle("a", 10, 20)
    assert settled.charged == 30
    assert list(settled.remaining.items()) == [
        (("tokens", MINUTE, "all"), 470),
        (("tokens", MINUTE, "class"), 70),
        (("tokens", "Daily", "all"), 870),
    ]


def test_remaining_after_settling_is_told_under_the_last_limit_asked_about() -> None:
    ledger = Ledger()
    ledger.reserve("a", minute(500), prompt=10)
    ledger.reserve("a", minute(100), prompt=10)
    ledger.reserve("b", minute(500), prompt=5, hold=7)
    assert ledger.settle("a", 10, 20).remaining == {K: 100 - 30 - 5 - 7}


def test_settling_books_the_difference_and_drops_the_hold() -> None:
    for completion, used in ((0, 10), (49, 59), (50, 60), (51, 61), (500, 510)):
        ledger = Ledger()
        ledger.reserve("a", minute(100), prompt=10, hold=50)
        ledger.settle("a", 10, completion)
        assert ledger.level() == (used, 0)


def test_settling_below_the_estimate_refunds() -> None:
    ledger = Ledger()
    ledger.reserve("a", minute(100), prompt=40)
    ledger.settle("a", 25, 5)
    assert ledger.level() == (30, 0)


def test_settling_twice_is_settling_once() -> None:
    ledger = Ledger()
    ledger.reserve("a", minute(100), prompt=10, hold=50)
    ledger.settle("a", 10, 20)
    assert ledger.settle("a", 10, 20) == Settled({}, 0)
    assert ledger.apply(Release("a")) == Settled({}, 0)
    assert ledger.level() == (30, 0)


def test_a_release_takes_back_charges_and_holds_of_all_counters() -> None:
    ledger = Ledger()
    ledger.reserve("a", minute(100), QuotaRule("q", 1000, "Daily"), prompt=10, hold=50)
    assert ledger.apply(Release("a")) == Settled({K: 100, ("tokens", "Daily", "q"): 1000}, 0)
    assert ledger.level() == (0, 0)
    assert ledger.settle("a", 10, 20).charged == 0
    assert ledger.level() == (0, 0)


def test_a_debt_is_charged_to_the_slot_in_which_it_is_booked() -> None:
    ledger = Ledger()
    ledger.reserve("a", minute(100), prompt=10)
    assert ledger.level() == (10, 0)
    ledger.wait(30 * SECOND)
    ledger.settle("a", 10, 20)
    ledger.wait(31 * SECOND)
    assert ledger.level() == (20, 0)
    ledger.wait(30 * SECOND - 1)
    assert ledger.level() == (20, 0)
    ledger.wait(1)
    assert ledger.level() == (0, 0)


def test_a_refund_of_a_charge_that_has_left_opens_nothing() -> None:
    ledger = Ledger()
    ledger.reserve("a", minute(100), prompt=50)
    ledger.wait(61 * SECOND)
    ledger.reserve("b", minute(100), prompt=30)
    ledger.settle("a", 0, 0)
    assert ledger.level() == (30, 0)


def test_a_quota_refund_does_not_reach_into_the_next_period() -> None:
    quota = QuotaRule("k", 100, "Hourly")
    ledger = Ledger()
    ledger.wait(HOUR - 1)
    ledger.reserve("a", quota, prompt=50)
    ledger.wait(1)
    ledger.reserve("b", quota, prompt=30)
    ledger.settle("a", 10, 0)
    assert ledger.level(quota.counter) == (30, 0)


def test_tokens_seen_move_from_held_to_used_in_the_slot_of_their_passing() -> None:
    ledger = Ledger()
    ledger.reserve("a", minute(100), prompt=10, hold=50)
    assert ledger.level() == (10, 50)
    ledger.wait(30 * SECOND)
    assert ledger.apply(Seen("a", 20)) == Done()
    assert ledger.level() == (30, 30)
    ledger.wait(31 * SECOND)
    assert ledger.level() == (20, 30)


def test_tokens_seen_are_totals_so_that_repeating_them_changes_nothing() -> None:
    ledger = Ledger()
    ledger.reserve("a", minute(100), prompt=10, hold=50)
    for total in (20, 20, 15, 21):
        ledger.apply(Seen("a", total))
    assert ledger.level() == (31, 29)


def test_tokens_seen_beyond_the_hold_are_charged() -> None:
    ledger = Ledger()
    ledger.reserve("a", minute(100), prompt=10, hold=5)
    ledger.apply(Seen("a", 200))
    assert ledger.level() == (210, 0)
    ledger.settle("a", 10, 200)
    assert ledger.level() == (210, 0)


def test_the_progress_of_many_streams_is_one_operation() -> None:
    ledger = Ledger()
    for call in ("a", "b"):
        ledger.reserve(call, minute(100), prompt=10, hold=20)
    assert ledger.apply(Progress((Seen("a", 5), Seen("gone", 9), Seen("b", 7)))) == Done()
    assert ledger.level() == (32, 28)


def test_an_element_after_the_first_tokens_does_not_hold_them_again() -> None:
    ledger = Ledger()
    ledger.reserve("a", minute(100), prompt=10, hold=50)
    ledger.apply(Seen("a", 20))
    ledger.reserve("a", minute(100), minute(100, "new"), prompt=10, hold=50)
    assert ledger.level() == (30, 30)
    assert ledger.level(minute(0, "new").counter) == (10, 30)


def test_an_expired_call_is_charged_what_was_seen_and_settles_the_difference_later() -> None:
    ledger = Ledger()
    ledger.reserve("a", minute(100), QuotaRule("k", 1000, "Daily"), prompt=10, hold=50)
    ledger.apply(Seen("a", 20))
    ledger.wait(15 * MINUTE)
    quota: CounterId = ("tokens", "Daily", "k")
    assert ledger.level() == (0, 0)
    assert ledger.level(quota) == (30, 0)
    ledger.apply(Seen("a", 25))
    assert ledger.level(quota) == (35, 0)
    ledger.wait(AFTERLIFE - 1)
    ledger.settle("a", 10, 40)
    assert ledger.level(quota) == (50, 0)


def test_an_expired_call_holds_nothing_again() -> None:
    ledger = Ledger()
    ledger.reserve("a", minute(100), prompt=10, hold=50)
    ledger.wait(15 * MINUTE)
    ledger.reserve("a", minute(100), minute(100, "new"), prompt=10, hold=50)
    assert ledger.level() == (0, 0)
    assert ledger.level(minute(0, "new").counter) == (10, 0)


def test_rates_may_be_counted_by_token_buckets() -> None:
    ledger = Ledger()
    ledger.state = Counters(throttling="token-bucket")
    ledger.reserve("a", minute(60), prompt=60)
    assert ledger.refused("b", minute(60), prompt=5).retry_after == 5
    # One counter, another limit: it drains faster.
    assert ledger.refused("b", minute(120), prompt=65).retry_after == 3
    ledger.wait(5 * SECOND)
    assert isinstance(ledger.reserve("b", minute(60), prompt=5), Granted)
    assert ledger.apply(Release("a")) == Settled({K: 55}, 0)
    assert isinstance(ledger.refused("c", QuotaRule("q", 1, "Daily"), prompt=2), Refused)


def test_calls_are_checked_and_counted_together() -> None:
    rule = RateRule("k", 2, kind="calls")
    ledger = Ledger()
    assert [ledger.apply(CountCalls(rule)) for _ in range(2)] == [Counted(1), Counted(0)]
    refused = ledger.apply(CountCalls(rule))
    assert isinstance(refused, Refused)
    assert (refused.retry_after, refused.remaining) == (61, (0,))
    assert ledger.level(rule.counter) == (2, 0)
    ledger.wait(61 * SECOND - 1)
    assert isinstance(ledger.apply(CountCalls(rule)), Refused)
    ledger.wait(1)
    assert ledger.apply(CountCalls(rule)) == Counted(1)


def test_a_call_that_counts_several_must_fit_whole() -> None:
    rule = RateRule("k", 10, kind="calls")
    ledger = Ledger()
    ledger.apply(CountCalls(rule, 4))
    assert isinstance(ledger.apply(CountCalls(rule, 7)), Refused)
    assert ledger.apply(CountCalls(rule, 6)) == Counted(0)
    refused = ledger.apply(CountCalls(rule, 11))
    assert isinstance(refused, Refused)
    assert refused.retry_after is None


def test_a_deferred_increment_is_refused_one_call_late() -> None:
    rule = RateRule("k", 10, kind="calls")
    ledger = Ledger()
    assert ledger.apply(CountCalls(rule, 0)) == Counted(10)
    assert ledger.apply(AddCalls(rule, 9)) == Counted(1)
    assert ledger.apply(CountCalls(rule, 0)) == Counted(1)
    assert ledger.apply(AddCalls(rule, 30)) == Counted(0)
    refused = ledger.apply(CountCalls(rule, 0))
    assert isinstance(refused, Refused)
    assert refused.retry_after == 61


def test_calls_and_tokens_of_one_key_are_two_counters() -> None:
    ledger = Ledger()
    ledger.apply(CountCalls(RateRule("k", 10, kind="calls"), 3))
    assert ledger.level() == (0, 0)


def test_reading_a_counter_that_is_not_there_makes_none() -> None:
    ledger = Ledger()
    assert ledger.level() == (0, 0)
    assert ledger.apply(Reset(K)) == Level(0, 0)
    assert ledger.state.kept == {}


def test_a_reset_forgets_charges_and_keeps_holds() -> None:
    ledger = Ledger()
    ledger.reserve("a", minute(100), prompt=60, hold=10)
    assert ledger.apply(Reset(K)) == Level(0, 10)
    ledger.reserve("b", minute(100), prompt=50)
    ledger.settle("a", 20, 15)
    assert ledger.level() == (50, 0)
    ledger.settle("b", 50, 20)
    assert ledger.level() == (70, 0)


def test_a_clock_that_goes_back_corrupts_nothing() -> None:
    ledger = Ledger()
    ledger.reserve("a", minute(100), prompt=100, hold=5)
    ledger.wait(-HOUR)
    assert ledger.refused("b", minute(100), prompt=1).retry_after == 61
    ledger.settle("a", 100, 0)
    assert ledger.level() == (100, 0)
    ledger.wait(HOUR + 61 * SECOND)
    assert ledger.level() == (0, 0)


def test_an_empty_counter_that_a_call_has_in_hand_is_not_forgotten() -> None:
    ledger = Ledger()
    ledger.reserve("a", minute(100))
    for number in range(50):
        ledger.reserve(f"other-{number}", minute(100, str(number)))
    ledger.settle("a", 0, 70)
    assert ledger.level() == (70, 0)


def strict(ledger: Ledger, call: str, *rules: Rule, prompt: int, hold: int, least: int) -> Decision:
    return ledger.apply(
        Reserve(
            call, rules, prompt, hold, "strict", 15 * MINUTE, hold_least=least, cost_hold=hold * 5
        )
    )


def test_strict_admits_a_named_cap_only_whole() -> None:
    ledger = Ledger()
    ledger.apply(AddCalls(minute(0), 30))
    refused = strict(ledger, "a", minute(100), prompt=21, hold=50, least=50)
    assert isinstance(refused, Refused)
    assert (refused.needed, refused.retry_after, ledger.level()) == (71, 61, (30, 0))
    granted = strict(ledger, "a", minute(100), prompt=20, hold=50, least=50)
    assert isinstance(granted, Granted)
    assert (granted.hold, ledger.level()) == (50, (50, 50))


def test_strict_grants_what_is_left_where_the_client_named_no_cap() -> None:
    ledger = Ledger()
    granted = strict(ledger, "a", minute(100), minute(60, "b"), prompt=20, hold=4096, least=1)
    assert isinstance(granted, Granted)
    assert granted.hold == 40
    assert (ledger.level(), ledger.level(minute(0, "b").counter)) == ((20, 40), (20, 40))


def test_a_later_strict_rule_that_grants_less_lowers_the_earlier_holds() -> None:
    ledger = Ledger()
    strict(ledger, "a", minute(100), prompt=20, hold=4096, least=1)
    granted = strict(ledger, "a", minute(50, "b"), prompt=20, hold=4096, least=1)
    assert isinstance(granted, Granted)
    assert (granted.hold, ledger.level()) == (30, (20, 30))


def test_a_strict_call_whose_prompt_fills_the_limit_can_never_complete_anything() -> None:
    refused = strict(Ledger(), "a", minute(100), prompt=100, hold=50, least=1)
    assert isinstance(refused, Refused)
    assert refused.retry_after is None


def test_a_rule_in_money_grants_the_tokens_that_it_can_pay() -> None:
    ledger = Ledger()
    rule = QuotaRule("k", 204, "Daily", "cost")
    granted = strict(ledger, "a", rule, prompt=20, hold=100, least=1)
    assert isinstance(granted, Granted)
    assert (granted.hold, ledger.level(rule.counter)) == (40, (0, 200))
    ledger.apply(Seen("a", 10, 50))
    assert ledger.level(rule.counter) == (50, 150)
    ledger.apply(Settle("a", 20, 10, 77))
    assert ledger.level(rule.counter) == (77, 0)


def test_a_decision_tells_what_each_rule_was_tested_with() -> None:
    ledger = Ledger()
    ledger.reserve("other", minute(100), prompt=10, hold=20)
    granted = ledger.reserve("a", minute(100), prompt=30, hold=50)
    assert granted.tested == (Weighed(10, 20, 30, 50, 30, 100),)
    assert ledger.refused("b", minute(100), prompt=1).tested == (Weighed(40, 70, 1, 0, 1, 100),)


def test_a_settlement_tells_the_debt_beyond_the_hold_and_whether_it_came_late() -> None:
    for completion, debt in ((50, 0), (51, 1)):
        ledger = Ledger()
        ledger.reserve("a", minute(100), prompt=10, hold=50)
        ledger.apply(Seen("a", 51))
        assert (ledger.settle("a", 10, completion).debt, ledger.level()[1]) == (debt, 0)
    ledger = Ledger()
    ledger.reserve("a", minute(100), prompt=10, hold=50)
    ledger.apply(Seen("a", 20))
    ledger.wait(15 * MINUTE)
    settled = ledger.settle("a", 10, 25)
    assert (settled.charged, settled.debt, settled.expired) == (35, 5, True)


def test_what_does_not_fit_into_the_store_is_told_and_writes_nothing() -> None:
    ledger = Ledger()
    ledger.state = Counters(keys_max=1)
    ledger.reserve("first", RateRule("k", 100), prompt=5)
    two = (RateRule("k", 100), RateRule("other", 100))
    question = Reserve("second", two, prompt=5, hold=5, mode="bounded", lifetime=MINUTE)
    full = ledger.apply(question)
    assert isinstance(full, Full)
    assert full.of_keys
    assert ledger.apply(Read(K)) == Level(5, 0)
    assert ledger.apply(Settle("second", 9, 9)) == Settled({}, 0)
    assert isinstance(ledger.apply(AddCalls(RateRule("other", 1, kind="calls"), 1)), Full)


def test_too_many_reservations_are_nobodys_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headgate.limits.counters.RESERVATIONS_MAX", 1)
    ledger = Ledger()
    ledger.reserve("first", RateRule("k", 100), prompt=5)
    question = Reserve("second", (RateRule("k", 100),), 5, 5, "bounded", MINUTE)
    full = ledger.apply(question)
    assert isinstance(full, Full)
    assert not full.of_keys
    assert ledger.apply(Read(K)) == Level(5, 0)
