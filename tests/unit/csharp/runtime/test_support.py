"""Cells and small helpers."""

from __future__ import annotations

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime.support import Cell, call, fail, present


def test_a_cell_gives_back_what_it_takes() -> None:
    cell = Cell(1)
    assert cell.set(2) == cell.value == 2


def test_null_is_not_called_thrown_or_present() -> None:
    with pytest.raises(DotNetError, match="NullReference"):
        call(None)
    with pytest.raises(DotNetError, match="NullReference"):
        fail(None)
    with pytest.raises(DotNetError, match="InvalidOperation"):
        present(None)
    assert call(lambda x: x + 1, 1) == 2
