"""Arithmetic of C#."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime import arithmetic
from headgate.csharp.types import BYTE, INT32


def test_division_truncates_and_the_remainder_has_the_dividends_sign() -> None:
    assert [arithmetic.divide(a, b) for a, b in ((7, 2), (-7, 2), (7, -2), (-7, -2))] == [
        3,
        -3,
        -3,
        3,
    ]
    assert [arithmetic.remainder(a, b) for a, b in ((7, 3), (-7, 3), (7, -3))] == [1, -1, 1]
    with pytest.raises(DotNetError, match="DivideByZero"):
        arithmetic.divide(1, 0)


def test_division_of_doubles_never_raises() -> None:
    assert arithmetic.divide_real(1.0, -0.0) == -math.inf
    assert math.isnan(arithmetic.divide_real(0.0, 0.0))
    assert math.isnan(arithmetic.remainder_real(1.0, 0.0))


def test_results_wrap_or_raise_at_the_width_of_their_type() -> None:
    assert arithmetic.fitted(INT32)(2**31) == -(2**31)
    assert arithmetic.fitted(BYTE)(256) == 0
    with pytest.raises(DotNetError, match="Overflow"):
        arithmetic.fitted_checked(INT32)(2**31)


def test_decimals_round_to_28_digits_and_overflow_behind_96_bits() -> None:
    third = arithmetic.divide_decimal(Decimal(1), Decimal(3))
    assert str(third) == "0." + "3" * 28
    assert arithmetic.multiply_decimal(Decimal("1.0"), Decimal("1.00")) == Decimal("1.000")
    with pytest.raises(DotNetError, match="Overflow"):
        arithmetic.add_decimal(Decimal(2**96 - 1), Decimal(1))


def test_objects_compare_by_reference_but_texts_by_value() -> None:
    assert arithmetic.same("a", "a")
    assert not arithmetic.same(1, 1)
    assert arithmetic.same(None, None)
    assert not arithmetic.same(None, "a")


def test_nullable_logic_knows_three_values() -> None:
    assert arithmetic.and_(None, False) is False
    assert arithmetic.and_(None, True) is None
    assert arithmetic.or_(None, True) is True
    assert arithmetic.or_(None, False) is None
