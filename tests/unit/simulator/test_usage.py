from __future__ import annotations

from headgate.simulator.usage import Usage


def test_parts_are_within_the_sums() -> None:
    usage = Usage(prompt=10, completion=7, cached=4, cache_write=1, reasoning=2)
    assert (usage.total, usage.uncached, usage.shown) == (17, 5, 5)


def test_wrong_usage_is_twice_of_everything() -> None:
    assert Usage(1, 2, 3, 4, 5, 6).doubled() == Usage(2, 4, 6, 8, 10, 12)
