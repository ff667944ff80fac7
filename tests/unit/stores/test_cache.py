from __future__ import annotations

import logging

import pytest

from headgate.csharp.runtime.collections import NetList
from headgate.csharp.runtime.jsontree import JObject
from headgate.csharp.runtime.randomness import Random
from headgate.csharp.types import STRING
from headgate.model.clock import SECOND
from headgate.policy.effects import Cached
from headgate.stores.cache import MemoryCache
from headgate.testing.virtual_clock import VirtualClock

MINUTE = 60 * SECOND


def cache(**bounds: int) -> MemoryCache:
    return MemoryCache(VirtualClock(), **bounds)


def value_of(store: MemoryCache, key: str) -> object:
    found = store.lookup(key)
    assert found is not None
    return found.value


def test_value_is_there_until_it_expires() -> None:
    clock = VirtualClock()
    store = MemoryCache(clock)
    store.store("k", "v", duration=MINUTE)
    clock.advance(MINUTE - 1)
    assert store.lookup("k") == Cached("v")
    clock.advance(1)
    assert store.lookup("k") is None
    assert (len(store), store.bytes) == (0, 0)


def test_null_is_a_value_too() -> None:
    store = cache()
    store.store("k", None, duration=MINUTE)
    assert store.lookup("k") == Cached(None)
    assert store.lookup("other") is None


def test_newer_value_takes_the_place_and_the_time() -> None:
    clock = VirtualClock()
    store = MemoryCache(clock)
    store.store("k", "old", duration=MINUTE)
    weighed = store.bytes
    clock.advance(MINUTE - 1)
    store.store("k", "new", duration=MINUTE)
    clock.advance(MINUTE - 1)
    assert value_of(store, "k") == "new"
    assert store.bytes == weighed


def test_value_of_no_duration_takes_the_old_one_away() -> None:
    store = cache()
    store.store("k", "old", duration=MINUTE)
    store.store("k", "new", duration=0)
    assert store.lookup("k") is None


def test_remove_forgets() -> None:
    store = cache()
    store.store("k", "v", duration=MINUTE)
    store.remove("k")
    store.remove("k")
    assert (store.lookup("k"), store.bytes) == (None, 0)


def test_least_recently_used_goes_first_by_number() -> None:
    store = cache(entries_max=2)
    store.store("a", "1", duration=MINUTE)
    store.store("b", "2", duration=MINUTE)
    store.lookup("a")
    store.store("c", "3", duration=MINUTE)
    assert [store.lookup(key) is not None for key in "abc"] == [True, False, True]


def test_least_recently_used_goes_first_by_bytes() -> None:
    store = cache(bytes_max=3000)
    store.store("a", "x" * 1000, duration=MINUTE)
    store.store("b", "x" * 1000, duration=MINUTE)
    store.store("c", "x" * 1000, duration=MINUTE)
    assert [store.lookup(key) is not None for key in "abc"] == [False, True, True]
    assert 0 < store.bytes <= 3000


def test_value_larger_than_the_cache_is_not_kept_and_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = cache(bytes_max=3000)
    store.store("a", "1", duration=MINUTE)
    with caplog.at_level(logging.WARNING, "headgate.cache"):
        store.store("b", "x" * 3000, duration=MINUTE)
    assert store.lookup("b") is None
    assert store.lookup("a") is not None
    assert "larger than the cache" in caplog.text


def test_value_that_is_no_data_is_not_kept_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    store = cache()
    store.store("k", "old", duration=MINUTE)
    with caplog.at_level(logging.WARNING, "headgate.cache"):
        store.store("k", Random(1), duration=MINUTE)
    assert store.lookup("k") is None
    assert "System.Random cannot be cached" in caplog.text


def test_objects_that_change_later_do_not_change_in_the_cache() -> None:
    store = cache()
    stored = JObject({"n": 1})
    store.store("k", stored, duration=MINUTE)
    stored.items["n"] = 2
    found = value_of(store, "k")
    assert isinstance(found, JObject)
    assert found.items == {"n": 1}
    found.items["n"] = 3
    again = value_of(store, "k")
    assert isinstance(again, JObject)
    assert again.items == {"n": 1}


def test_nested_values_are_weighed_with_all_they_hold() -> None:
    store = cache()
    store.store("k", JObject({"a": [{"b": "x" * 10_000}]}), duration=MINUTE)
    assert 10_000 < store.bytes < 12_000
    store.store("k", NetList(STRING, ["x" * n for n in range(9_900, 10_000)]), duration=MINUTE)
    assert 990_000 < store.bytes < 1_010_000
