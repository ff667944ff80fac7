from __future__ import annotations

import msgspec
import pytest

from headgate.model.clock import SECOND, MonotonicMicros
from headgate.model.entities import CircuitBreaker
from headgate.routing.breaker import CALLS_MIN, TRIAL_WAIT, Breaker, Outcome, Sample

RULE = CircuitBreaker(
    count=3, interval=60 * SECOND, statuses=((429, 429), (500, 599)), trip_duration=10 * SECOND
)
GOOD, BAD = Outcome(200), Outcome(500)


def at(seconds: float) -> MonotonicMicros:
    return MonotonicMicros(round(seconds * SECOND))


def changed(**changes: object) -> Breaker:
    return Breaker(msgspec.structs.replace(RULE, **changes))


def tell(breaker: Breaker, *outcomes: Outcome, now: float = 0) -> int | None:
    """Report calls that began while the breaker was closed; return what the last one did."""
    turned = None
    for outcome in outcomes:
        turned = breaker.report(outcome, at(now), trial=False)
    return turned


def opened(**changes: object) -> Breaker:
    breaker = changed(count=1, **changes)
    assert tell(breaker, BAD) is not None
    return breaker


def test_new_breaker_is_closed_and_lets_calls_through() -> None:
    breaker = Breaker(RULE)
    assert (breaker.state(at(0)), breaker.wait(at(0)), breaker.begin()) == ("closed", 0, False)


def test_it_opens_at_the_count_and_not_before() -> None:
    breaker = Breaker(RULE)
    assert tell(breaker, BAD, BAD, GOOD) is None
    assert breaker.state(at(0)) == "closed"
    assert tell(breaker, BAD) == 10 * SECOND
    assert (breaker.state(at(0)), breaker.wait(at(0))) == ("open", 10 * SECOND)


@pytest.mark.parametrize(
    ("status", "fails"),
    [(428, False), (429, True), (430, False), (499, False), (500, True), (599, True), (600, False)],
)
def test_a_status_fails_from_the_first_to_the_last_of_a_range(status: int, fails: bool) -> None:
    assert Breaker(RULE).fails(Outcome(status)) is fails


@pytest.mark.parametrize(
    ("reasons", "outcome", "fails"),
    [
        ({"timeout"}, Outcome(504, "Timeout"), True),
        ({"timeout"}, Outcome(502, "BackendConnectionFailure"), False),
        ({"timeout"}, Outcome(504), False),
        ({"backendconnectionfailure"}, Outcome(502, "BackendConnectionFailure"), True),
        ({"server errors"}, Outcome(500), True),
        ({"server errors"}, Outcome(499), False),
        ({"server errors"}, Outcome(502, "BackendConnectionFailure"), True),
        ({"free text"}, Outcome(500), False),
        (set(), Outcome(504, "Timeout"), False),
    ],
)
def test_reasons_of_failures_without_an_answer(
    reasons: set[str], outcome: Outcome, *, fails: bool
) -> None:
    breaker = changed(statuses=(), reasons=frozenset(reasons))
    assert breaker.fails(outcome) is fails


def test_no_answer_counts_as_the_status_that_the_caller_is_told() -> None:
    assert Breaker(RULE).fails(Outcome(502, "BackendConnectionFailure"))


@pytest.mark.parametrize(("last", "state"), [(58.9, "open"), (60.0, "closed")])
def test_failures_are_forgotten_after_the_interval(last: float, state: str) -> None:
    breaker = Breaker(RULE)
    tell(breaker, BAD, now=0)
    tell(breaker, BAD, now=30)
    tell(breaker, BAD, now=last)
    assert breaker.state(at(last)) == state


@pytest.mark.parametrize(("failures", "state"), [(4, "closed"), (5, "open")])
def test_a_percentage_is_a_share_of_all_calls(failures: int, state: str) -> None:
    breaker = changed(count=None, percentage=50)
    tell(breaker, *[GOOD] * (CALLS_MIN - failures), *[BAD] * failures)
    assert breaker.state(at(0)) == state


def test_a_percentage_of_few_calls_says_nothing() -> None:
    breaker = changed(count=None, percentage=50)
    tell(breaker, *[BAD] * (CALLS_MIN - 1))
    assert breaker.state(at(0)) == "closed"
    tell(breaker, BAD)
    assert breaker.state(at(0)) == "open"


def test_a_good_call_never_opens() -> None:
    breaker = changed(count=None, percentage=10)
    assert tell(breaker, *[BAD] * (CALLS_MIN - 1), GOOD) is None
    assert breaker.state(at(0)) == "closed"


@pytest.mark.parametrize(
    ("accepts", "asked", "seconds"),
    [(True, 7, 7), (False, 7, 10), (True, None, 10), (True, 0, 10)],
)
def test_the_backend_may_say_how_long(accepts: bool, asked: int | None, *, seconds: int) -> None:
    breaker = changed(count=1, accept_retry_after=accepts)
    asked = None if asked is None else asked * SECOND
    assert tell(breaker, Outcome(429, retry_after=asked)) == seconds * SECOND


def test_one_call_goes_on_trial_when_the_time_is_over() -> None:
    breaker = opened()
    assert breaker.wait(at(9.999999)) == 1
    assert (breaker.state(at(10)), breaker.wait(at(10))) == ("half-open", 0)
    assert breaker.begin()
    assert breaker.wait(at(10)) == TRIAL_WAIT


def test_a_good_trial_closes_and_counting_begins_anew() -> None:
    breaker = changed(count=2)
    tell(breaker, BAD, BAD)
    assert breaker.report(GOOD, at(11), trial=breaker.begin()) == 0
    assert breaker.state(at(11)) == "closed"
    assert tell(breaker, BAD, now=11) is None


def test_a_failed_trial_opens_for_another_period() -> None:
    breaker = opened()
    assert breaker.report(BAD, at(12), trial=breaker.begin()) == 10 * SECOND
    assert breaker.wait(at(12)) == 10 * SECOND


def test_a_trial_of_which_nothing_is_known_makes_room_for_another() -> None:
    breaker = opened()
    breaker.withdraw(trial=breaker.begin())
    assert breaker.wait(at(10)) == 0
    assert breaker.begin()
    breaker.withdraw(trial=False)
    assert breaker.wait(at(10)) == TRIAL_WAIT


@pytest.mark.parametrize("outcome", [GOOD, BAD])
def test_calls_that_began_before_it_opened_change_nothing(outcome: Outcome) -> None:
    breaker = opened()
    assert tell(breaker, outcome, now=5) is None
    assert breaker.wait(at(5)) == 5 * SECOND
    breaker.begin()
    assert tell(breaker, outcome, now=11) is None
    assert breaker.wait(at(11)) == TRIAL_WAIT


def test_a_sample_holds_no_more_than_its_interval() -> None:
    sample = Sample(60 * SECOND)
    for second in range(1000):
        sample.add(at(second), failed=second % 2 == 0)
    assert (sample.calls, sample.failures) == (60, 30)


def test_an_interval_of_a_microsecond_is_no_division_by_zero() -> None:
    sample = Sample(1)
    sample.add(at(0), failed=True)
    assert sample.failures == 1
