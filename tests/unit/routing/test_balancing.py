from __future__ import annotations

import random
from collections import Counter

import pytest

from headgate.model.entities import PoolMember
from headgate.routing.balancing import Balance


def members(*shares: tuple[int, int]) -> tuple[PoolMember, ...]:
    """Return members of (priority, weight)."""
    return tuple(
        PoolMember(id=f"m{index}", priority=priority, weight=weight)
        for index, (priority, weight) in enumerate(shares)
    )


def turns(balance: Balance, count: int, *, out: tuple[int, ...] = ()) -> list[int | None]:
    return [balance.choose(lambda index: index not in out) for _ in range(count)]


def test_equal_members_take_turns() -> None:
    balance = Balance(members((1, 1), (1, 1), (1, 1)))
    assert turns(balance, 6) == [0, 1, 2, 0, 1, 2]


def test_weights_are_exact_in_every_round_and_spread_over_it() -> None:
    balance = Balance(members((1, 5), (1, 1), (1, 1)))
    assert turns(balance, 7) == [0, 0, 1, 0, 2, 0, 0]


@pytest.mark.parametrize(
    ("out", "expected"), [((), 1), ((1,), 0), ((0, 1), 2), ((0, 1, 2), 3), ((0, 1, 2, 3), None)]
)
def test_a_group_takes_over_when_all_before_it_are_out(
    out: tuple[int, ...], expected: int | None
) -> None:
    balance = Balance(members((2, 1), (1, 1), (3, 1), (4, 1)))
    assert turns(balance, 1, out=out) == [expected]


def test_others_of_the_group_share_by_weight_while_one_is_out() -> None:
    balance = Balance(members((1, 8), (1, 2), (1, 1)))
    assert Counter(turns(balance, 300, out=(0,))) == {1: 200, 2: 100}


def test_who_comes_back_gets_no_more_than_its_share() -> None:
    balance = Balance(members((1, 1), (1, 1)))
    turns(balance, 100, out=(0,))
    assert Counter(turns(balance, 10)) == {0: 5, 1: 5}


@pytest.mark.parametrize(("out", "expected"), [((), {0: 10}), ((0,), {1: 5, 2: 5})])
def test_members_without_weight_are_called_only_when_no_other_is_there(
    out: tuple[int, ...], expected: dict[int, int]
) -> None:
    balance = Balance(members((1, 3), (1, 0), (1, 0)))
    assert Counter(turns(balance, 10, out=out)) == expected


def test_a_member_that_was_tried_comes_last_in_its_group() -> None:
    balance = Balance(members((1, 100), (1, 1), (2, 1)))
    assert balance.choose(lambda _: True, tried={0}) == 1
    assert balance.choose(lambda index: index != 1, tried={0}) == 0
    assert balance.choose(lambda _: True, tried={0, 1}) == 0


def test_processes_begin_at_different_points_of_the_round_in_proportion_to_the_weights() -> None:
    entropy = random.Random(4)
    first = Counter(
        Balance(members((1, 3), (1, 1))).choose(lambda _: True, entropy=entropy)
        for _ in range(4000)
    )
    assert first[0] == pytest.approx(3000, rel=0.05)
