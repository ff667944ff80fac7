"""Shares of a pool: exact for any weights, whatever the point where a process begins."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from headgate.model.entities import PoolMember
from headgate.routing.balancing import Balance

WEIGHTS = st.lists(st.integers(0, 100), min_size=1, max_size=30).filter(any)


def pool(weights: list[int]) -> Balance:
    return Balance([PoolMember(id=str(i), weight=weight) for i, weight in enumerate(weights)])


@given(WEIGHTS, st.integers(0, 2**32), st.integers(1, 5000))
def test_nobody_is_ever_more_than_its_neighbours_ahead_of_its_share(
    weights: list[int], seed: int, calls: int
) -> None:
    balance, entropy = pool(weights), random.Random(seed)
    counts = Counter(balance.choose(lambda _: True, entropy=entropy) for _ in range(calls))
    for index, weight in enumerate(weights):
        # From a random point to another, each at most as far off as there are others.
        assert abs(counts[index] - calls * weight / sum(weights)) <= len(weights)


@given(WEIGHTS, st.integers(0, 2**32))
def test_thousands_of_calls_are_shared_within_two_per_cent(weights: list[int], seed: int) -> None:
    balance, entropy, calls = pool(weights[:6]), random.Random(seed), 3000
    counts = Counter(balance.choose(lambda _: True, entropy=entropy) for _ in range(calls))
    total = sum(weights[:6])
    for index, weight in enumerate(weights[:6]):
        share = weight / total if total else 1 / len(weights[:6])
        assert abs(counts[index] / calls - share) <= 0.02


@given(WEIGHTS, st.data())
def test_members_that_come_and_go_never_get_a_call_while_they_are_out(
    weights: list[int], data: st.DataObject
) -> None:
    balance = pool(weights)
    for _ in range(20):
        present = data.draw(st.sets(st.integers(0, len(weights) - 1)))
        chosen = balance.choose(present.__contains__)
        assert chosen in present if present else chosen is None
