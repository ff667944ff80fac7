"""What numeric types share."""

from __future__ import annotations

import math

from headgate.csharp.runtime.numerics import compare, numeric_type
from headgate.csharp.types import BYTE


def test_order_puts_null_and_nan_first() -> None:
    assert [compare(None, 1), compare(math.nan, 1), compare(2, 1), compare(1, 1)] == [-1, -1, 1, 0]
    assert compare(math.nan, math.nan) == 0


def test_a_numeric_type_has_its_members() -> None:
    names = {member.name for member in numeric_type(BYTE).declared}
    assert {"Parse", "TryParse", "ToString", "CompareTo", "Equals", "MinValue"} <= names
