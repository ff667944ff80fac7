"""Whatever is done to a cache: it keeps to its bounds, and never tells what is not so."""

from __future__ import annotations

from math import cos, sin

from hypothesis import given
from hypothesis import strategies as st

from headgate.model.clock import SECOND
from headgate.stores.cache import MemoryCache
from headgate.stores.similar import SimilarAnswers
from headgate.testing.virtual_clock import VirtualClock

KEYS = st.integers(0, 7)
SECONDS = st.integers(0, 5)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("store"), KEYS, st.integers(0, 1500), SECONDS),
        st.tuples(st.just("lookup"), KEYS),
        st.tuples(st.just("wait"), SECONDS),
    ),
    max_size=60,
)
BOUNDS = {"entries_max": 4, "bytes_max": 4000}

Known = dict[int, tuple[str, int]]
"""What was stored last under each key, and until when it is good."""


@given(STEPS)
def test_values_are_the_last_that_were_stored(steps: list[tuple[object, ...]]) -> None:
    clock = VirtualClock()
    cache, known = MemoryCache(clock, **BOUNDS), Known()
    for step in steps:
        match step:
            case ("store", int(key), int(size), int(seconds)):
                known[key] = ("x" * size, clock.now() + seconds * SECOND)
                cache.store(str(key), known[key][0], duration=seconds * SECOND)
            case ("lookup", int(key)):
                found = cache.lookup(str(key))
                if found is not None:
                    value, expires = known[key]
                    assert found.value == value
                    assert expires > clock.now()
            case ("wait", int(seconds)):
                clock.advance(seconds * SECOND)
        assert len(cache) <= BOUNDS["entries_max"]
        assert 0 <= cache.bytes <= BOUNDS["bytes_max"]
        assert (cache.bytes == 0) == (len(cache) == 0)


@given(STEPS)
def test_similar_answers_are_the_last_that_were_stored(steps: list[tuple[object, ...]]) -> None:
    clock = VirtualClock()
    cache, known = SimilarAnswers(clock, **BOUNDS), Known()
    for step in steps:
        match step:
            case ("store", int(key), int(size), int(seconds)):
                if seconds:
                    known[key] = ("x" * size, clock.now() + seconds * SECOND)
                value, duration = "x" * size, seconds * SECOND
                cache.store("p", [cos(key), sin(key)], value=value, duration=duration)
            case ("lookup", int(key)):
                found = cache.lookup("p", [cos(key), sin(key)], distance=0.001)
                if found is not None:
                    value, expires = known[key]
                    assert found.value == value
                    assert expires > clock.now()
            case ("wait", int(seconds)):
                clock.advance(seconds * SECOND)
        assert len(cache) <= BOUNDS["entries_max"]
        assert 0 <= cache.bytes <= BOUNDS["bytes_max"]
        assert (cache.bytes == 0) == (len(cache) == 0)
