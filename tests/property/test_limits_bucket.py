"""The token bucket against an account in fractions that shares no arithmetic with it."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate
from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from headgate.limits.bucket import Bucket
from headgate.limits.counters import Counters
from headgate.limits.ledger import apply
from headgate.limits.operations import (
    AddCalls,
    Granted,
    Level,
    RateRule,
    Read,
    Refused,
    Release,
    Reserve,
    Settle,
)
from headgate.model.clock import SECOND, Micros

T = 1_764_547_200 * SECOND
WINDOWS = st.sampled_from([SECOND, 60 * SECOND, 300 * SECOND])
PAUSES = st.one_of(st.integers(0, 3 * SECOND), st.sampled_from([1, SECOND, 60 * SECOND]))
LIMITS = st.integers(1, 5000)


@given(WINDOWS, st.lists(st.tuples(PAUSES, LIMITS, st.integers(0, 3000)), max_size=30))
def test_used_is_what_was_charged_less_what_the_limits_drained(
    window: int, steps: list[tuple[int, int, int]]
) -> None:
    bucket = Bucket(window, Micros(T))
    level = Fraction(0)
    now = T
    for pause, limit, amount in steps:
        now += pause
        bucket.roll(Micros(now), limit)
        level = max(Fraction(0), level - Fraction(limit * pause, window))
        assert bucket.used == ceil(level)
        bucket.charge(amount)
        level += amount
        assert bucket.used == ceil(level)


def reserve(name: str, limit: int, prompt: int, window: int) -> Reserve:
    rule = RateRule("k", limit, window)
    return Reserve(name, (rule,), prompt, 0, "bounded", Micros(T + 10**12))


@given(LIMITS, st.lists(st.tuples(PAUSES, st.integers(0, 3000)), min_size=1, max_size=60), WINDOWS)
def test_no_stretch_of_time_sees_more_than_a_limit_and_what_drains_meanwhile(
    limit: int, calls: list[tuple[int, int]], window: int
) -> None:
    state = Counters(throttling="token-bucket")
    admitted = []
    for number, (now, (_, prompt)) in enumerate(
        zip(accumulate((pause for pause, _ in calls), initial=T), calls, strict=False)
    ):
        decision = apply(state, reserve(str(number), limit, prompt, window), now=Micros(now))
        if isinstance(decision, Granted):
            admitted.append((now, prompt))
    for first, (began, _) in enumerate(admitted):
        total = 0
        for now, prompt in admitted[first:]:
            total += prompt
            assert total <= limit + Fraction(limit * (now - began), window)


@given(LIMITS, st.integers(0, 20_000), st.integers(0, 5000), PAUSES, WINDOWS)
def test_a_call_alone_is_admitted_at_retry_after_and_refused_a_second_earlier(
    limit: int, debt: int, prompt: int, pause: int, window: int
) -> None:
    state = Counters(throttling="token-bucket")
    rule = RateRule("k", limit, window)
    apply(state, AddCalls(rule, debt), now=Micros(T))
    now = T + pause
    refused = apply(state, reserve("a", limit, prompt, window), now=Micros(now))
    if isinstance(refused, Granted):
        return
    assert isinstance(refused, Refused)
    if refused.retry_after is None:
        assert prompt > limit
        return
    wait = refused.retry_after * SECOND
    if wait > SECOND:
        early = apply(state, reserve("a", limit, prompt, window), now=Micros(now + wait - SECOND))
        assert isinstance(early, Refused)
    later = apply(state, reserve("a", limit, prompt, window), now=Micros(now + wait))
    assert isinstance(later, Granted)


@given(
    LIMITS,
    st.lists(
        st.tuples(PAUSES, st.integers(0, 500), st.integers(0, 500), st.booleans()), max_size=20
    ),
)
def test_calls_are_counted_at_most_once_and_never_less_than_nothing(
    limit: int, calls: list[tuple[int, int, int, bool]]
) -> None:
    """A refund gives back no more than was charged, and time forgets all of it."""
    state = Counters(throttling="token-bucket")
    counter = RateRule("k", limit).counter
    now = T
    booked = 0
    for number, (pause, prompt, actual, released) in enumerate(calls):
        name = str(number)
        decision = apply(state, reserve(name, limit, prompt, 60 * SECOND), now=Micros(now))
        now += pause
        before = apply(state, Read(counter), now=Micros(now))
        assert isinstance(before, Level)
        apply(state, Release(name) if released else Settle(name, actual, 0), now=Micros(now))
        after = apply(state, Read(counter), now=Micros(now))
        assert isinstance(after, Level)
        admitted = isinstance(decision, Granted)
        charged = prompt if admitted else 0
        final = actual if admitted and not released else 0
        assert before.used - after.used <= max(0, charged - final)
        booked += charged + max(0, final - charged)
        assert 0 <= after.used <= booked
    end = Micros(now + (booked + 1) * 60 * SECOND // limit + SECOND)
    assert apply(state, Read(counter), now=end) == Level(0, 0)
