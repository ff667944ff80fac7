"""Circuit breakers under any traffic: shut while open, one trial at a time, never stuck."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headgate.model.clock import SECOND, MonotonicMicros
from headgate.model.entities import CircuitBreaker
from headgate.routing.breaker import Breaker, Outcome

RULES = st.builds(
    lambda measure, most, interval, trip, accepts: CircuitBreaker(
        **{measure: most},
        interval=interval * SECOND,
        statuses=((500, 599),),
        trip_duration=trip * SECOND,
        accept_retry_after=accepts,
    ),
    st.sampled_from(["count", "percentage"]),
    st.integers(1, 5),
    st.integers(1, 20),
    st.integers(1, 20),
    st.booleans(),
)
OUTCOMES = st.one_of(
    st.none(),
    st.builds(
        Outcome,
        st.sampled_from([200, 500]),
        retry_after=st.one_of(st.none(), st.integers(0, 30 * SECOND)),
    ),
)
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("pass"), st.integers(0, 5 * SECOND)),
        st.tuples(st.just("call"), st.none()),
        st.tuples(st.just("end"), OUTCOMES),
    ),
    max_size=60,
)
"""Time passes, a call wants to begin, or the oldest call ends; without an outcome: it was left."""


@given(RULES, EVENTS)
def test_it_is_shut_while_it_is_open_tries_one_call_at_a_time_and_never_stays_shut(
    rule: CircuitBreaker, events: list[tuple[str, object]]
) -> None:
    breaker, now = Breaker(rule), 0
    under_way: list[bool] = []
    """Whether it is on trial, of each call that has begun and not ended."""

    def end(outcome: object) -> None:
        trial = under_way.pop(0)
        if isinstance(outcome, Outcome):
            turned = breaker.report(outcome, MonotonicMicros(now), trial=trial)
            if turned:
                assert breaker.fails(outcome)
                assert breaker.wait(MonotonicMicros(now)) == turned
        else:
            breaker.withdraw(trial=trial)

    for kind, value in events:
        at = MonotonicMicros(now)
        if kind == "pass":
            assert isinstance(value, int)
            now += value
        elif kind == "end" and under_way:
            end(value)
        elif kind == "call" and breaker.wait(at) == 0:
            assert breaker.state(at) != "open"
            trial = breaker.begin()
            assert trial == (breaker.state(at) == "half-open")
            assert not (trial and any(under_way))
            under_way.append(trial)
    while under_way:
        end(None)
    now += 30 * SECOND
    assert breaker.wait(MonotonicMicros(now)) == 0
