"""The count of work."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from headgate.csharp.budget import (
    BUDGET,
    MAX_WORK,
    SMALL,
    UNCOUNTED,
    made,
    metered,
    scanned,
    spend,
)
from headgate.csharp.errors import DotNetError


@pytest.fixture(autouse=True)
def full() -> Iterator[None]:
    yield
    BUDGET.left = UNCOUNTED


def test_the_budget_ends_and_stays_ended() -> None:
    BUDGET.left = 1
    spend(1)
    for _ in range(2):
        with pytest.raises(DotNetError, match="Budget"):
            spend(1)


def test_small_texts_are_free_and_large_ones_cost_their_characters() -> None:
    BUDGET.left = 10_000
    scanned("x" * SMALL)
    assert made("x" * SMALL) == "x" * SMALL
    assert BUDGET.left == 10_000
    scanned("x" * (SMALL + 1))
    assert BUDGET.left == 10_000 - (SMALL + 1)
    made("\u4e00" * (SMALL + 1))
    assert BUDGET.left == 10_000 - 5 * (SMALL + 1)


def test_what_is_metered_may_do_as_much_as_one_evaluation() -> None:
    with metered():
        spend(MAX_WORK)
        with pytest.raises(DotNetError):
            spend(1)
    spend(MAX_WORK)
