from __future__ import annotations

import logging
from math import cos, inf, nan, sin

import pytest

from headgate.csharp.runtime.jsontree import JObject
from headgate.csharp.runtime.randomness import Random
from headgate.model.clock import SECOND
from headgate.policy.effects import Cached
from headgate.stores.similar import DIMENSIONS_MAX, SimilarAnswers, unit_vector
from headgate.testing.virtual_clock import VirtualClock

MINUTE = 60 * SECOND
EAST, NORTH = [1.0, 0.0], [0.0, 1.0]


def index(**bounds: int) -> SimilarAnswers:
    return SimilarAnswers(VirtualClock(), **bounds)


def put(
    answers: SimilarAnswers, vector: list[float], value: object, *, partition: str = "p"
) -> None:
    answers.store(partition, vector, value=value, duration=MINUTE)


def get(
    answers: SimilarAnswers, vector: list[float], distance: float = 0.1, *, partition: str = "p"
) -> object:
    found = answers.lookup(partition, vector, distance=distance)
    return None if found is None else found.value


def at_angle(radians: float) -> list[float]:
    return [cos(radians), sin(radians)]


def test_closest_value_is_found_within_the_distance() -> None:
    answers = index()
    put(answers, EAST, "east")
    put(answers, NORTH, "north")
    assert get(answers, [2.0, 0.5]) == "east"
    assert get(answers, [0.5, 2.0]) == "north"
    assert get(answers, [1.0, 1.0]) is None
    assert get(answers, [1.0, 1.001], 1.0) == "north"


def test_distance_is_one_less_the_cosine() -> None:
    answers = index()
    put(answers, EAST, "east")
    away = 1 - cos(0.3)
    assert get(answers, at_angle(0.3), away - 0.0001) is None
    assert get(answers, at_angle(0.3), away + 0.0001) == "east"


def test_distance_of_nothing_finds_the_same_vector() -> None:
    answers = index()
    put(answers, at_angle(0.3), "same")
    assert get(answers, at_angle(0.3), 0) == "same"
    assert get(answers, at_angle(0.31), 0) is None


def test_partitions_do_not_see_each_other() -> None:
    answers = index()
    put(answers, EAST, "of p")
    assert get(answers, EAST, partition="q") is None
    put(answers, EAST, "of q", partition="q")
    assert get(answers, EAST, partition="p") == "of p"


def test_value_expires_and_the_next_closest_is_found() -> None:
    clock = VirtualClock()
    answers = SimilarAnswers(clock)
    answers.store("p", at_angle(0), value="first", duration=MINUTE)
    answers.store("p", at_angle(0.1), value="second", duration=2 * MINUTE)
    clock.advance(MINUTE - 1)
    assert get(answers, EAST) == "first"
    clock.advance(1)
    assert get(answers, EAST) == "second"
    assert len(answers) == 1
    clock.advance(MINUTE)
    assert get(answers, EAST) is None
    assert (len(answers), answers.bytes) == (0, 0)


def test_same_vector_takes_the_place() -> None:
    answers = index()
    put(answers, EAST, "old")
    weighed = answers.bytes
    put(answers, [5.0, 0.0], "new")
    assert (get(answers, EAST), len(answers), answers.bytes) == ("new", 1, weighed)


def test_many_rows_are_kept_and_removed_in_any_order() -> None:
    clock = VirtualClock()
    answers = SimilarAnswers(clock)
    for n in range(50):
        answers.store("p", at_angle(n / 10), value=n, duration=MINUTE * (1 + n % 3))
    assert [get(answers, at_angle(n / 10), 0.001) for n in range(50)] == list(range(50))
    clock.advance(MINUTE)
    kept = [n if n % 3 else None for n in range(50)]
    assert [get(answers, at_angle(n / 10), 0.001) for n in range(50)] == kept
    assert len(answers) == sum(n is not None for n in kept)


def test_least_recently_used_goes_first_by_number() -> None:
    answers = index(entries_max=2)
    put(answers, at_angle(0), "a")
    put(answers, at_angle(1), "b", partition="q")
    get(answers, at_angle(0))
    put(answers, at_angle(2), "c")
    assert get(answers, at_angle(0)) == "a"
    assert get(answers, at_angle(1), partition="q") is None
    assert get(answers, at_angle(2)) == "c"


def test_least_recently_used_goes_first_by_bytes() -> None:
    answers = index(bytes_max=5000)
    for n in range(4):
        put(answers, at_angle(n), "x" * 1000)
    assert [get(answers, at_angle(n)) is not None for n in range(4)] == [False, True, True, True]
    assert 3000 < answers.bytes <= 5000


def test_value_larger_than_the_index_is_not_kept_and_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    answers = index(bytes_max=5000)
    with caplog.at_level(logging.WARNING, "headgate.cache"):
        put(answers, EAST, "x" * 5000)
    assert (len(answers), answers.bytes) == (0, 0)
    assert "larger than the cache" in caplog.text


def test_value_that_is_no_data_is_not_kept_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    answers = index()
    with caplog.at_level(logging.WARNING, "headgate.cache"):
        put(answers, EAST, Random(1))
    assert len(answers) == 0
    assert "cannot be cached" in caplog.text


def test_value_of_no_duration_is_not_kept() -> None:
    answers = index()
    answers.store("p", EAST, value="v", duration=0)
    assert len(answers) == 0


def test_vectors_of_another_length_begin_anew() -> None:
    answers = index()
    put(answers, EAST, "two")
    assert get(answers, [1.0, 0.0, 0.0]) is None
    put(answers, [1.0, 0.0, 0.0], "three")
    assert (get(answers, [1.0, 0.0, 0.0]), get(answers, EAST), len(answers)) == ("three", None, 1)


@pytest.mark.parametrize(
    "vector", [[], [0.0, 0.0], [nan, 1.0], [inf, 1.0], [1.0] * (DIMENSIONS_MAX + 1)]
)
def test_vector_without_a_direction_is_neither_kept_nor_found(vector: list[float]) -> None:
    assert unit_vector(vector) is None
    answers = index()
    put(answers, vector, "v")
    assert len(answers) == 0
    put(answers, EAST, "v")
    assert get(answers, vector, 1) is None


def test_longest_vector_is_kept() -> None:
    assert unit_vector([1.0] * DIMENSIONS_MAX) is not None


def test_values_change_for_one_caller_only() -> None:
    answers = index()
    stored = JObject({"n": 1})
    put(answers, EAST, stored)
    stored.items["n"] = 2
    found = get(answers, EAST)
    assert isinstance(found, JObject)
    assert found.items == {"n": 1}
    found.items["n"] = 3
    assert answers.lookup("p", EAST, distance=0) != Cached(found)
