"""Cells, the budget, small helpers."""

from __future__ import annotations

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime.support import Budget, Cell, call, fail, present


def test_the_budget_ends_and_stays_ended() -> None:
    budget = Budget()
    budget.left = 1
    budget.tick()
    for _ in range(2):
        with pytest.raises(DotNetError, match="Budget"):
            budget.tick()


def test_a_cell_gives_back_what_it_takes() -> None:
    cell = Cell(1)
    assert cell.set(2) == cell.value == 2


def test_null_is_not_called_thrown_or_present() -> None:
    with pytest.raises(DotNetError, match="NullReference"):
        call(Budget(), None)
    with pytest.raises(DotNetError, match="NullReference"):
        fail(None)
    with pytest.raises(DotNetError, match="InvalidOperation"):
        present(None)
    assert call(Budget(), lambda x: x + 1, 1) == 2
