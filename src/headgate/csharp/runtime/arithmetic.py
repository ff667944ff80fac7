"""Arithmetic of C#: truncating division, wrapping and checked integers, decimals, texts."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from functools import cache
from typing import Any

from headgate.csharp.budget import spend
from headgate.csharp.errors import DotNetError, overflow
from headgate.csharp.runtime.casts import make, wrap
from headgate.csharp.types import RANGES, Type

DECIMAL_LIMIT = 1 << 96
EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)


def _zero() -> DotNetError:
    return DotNetError("System.DivideByZeroException", "Attempted to divide by zero.")


def divide(left: int, right: int) -> int:
    """Return the quotient, rounded towards zero."""
    if not right:
        raise _zero()
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def remainder(left: int, right: int) -> int:
    """Return the remainder, which has the sign of the dividend."""
    if not right:
        raise _zero()
    rest = abs(left) % abs(right)
    return -rest if left < 0 else rest


def divide_real(left: float, right: float) -> float:
    """Return the quotient of doubles; division by zero is infinite or NaN."""
    if right:
        return left / right
    if left != left or not left:
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def remainder_real(left: float, right: float) -> float:
    """Return the remainder of doubles."""
    if not right or math.isinf(left):
        return math.nan
    return math.fmod(left, right)


@cache
def fitted(kind: Type) -> Callable[[int], Any]:
    """Return the function that reduces a result to the width of an integral type."""
    low, high = RANGES[kind]

    def fit(value: int) -> Any:
        return make(kind, value if low <= value <= high else wrap(value, kind))

    return fit


@cache
def fitted_checked(kind: Type) -> Callable[[int], Any]:
    """Return the function that raises OverflowException where a result does not fit."""
    low, high = RANGES[kind]

    def fit(value: int) -> Any:
        if not low <= value <= high:
            raise overflow()
        return make(kind, value)

    return fit


ROUNDING = 4_000
"""Units of a decimal result that has too many digits."""


def fit_decimal(value: Decimal) -> Decimal:
    """Round a result to what 96 bits and 28 decimals hold, ties to even."""
    _, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    if exponent >= -28 and exponent <= 0 and len(digits) <= 28:
        return value
    spend(ROUNDING)
    places = min(28, max(0, -exponent))
    while True:
        rounded = value.quantize(Decimal(1).scaleb(-places), context=EXACT)
        if int(rounded.copy_abs().scaleb(places, EXACT)) < DECIMAL_LIMIT:
            return rounded
        if places == 0:
            raise overflow("Value was either too large or too small for a Decimal.")
        places -= max(1, rounded.adjusted() + places - 28)
        places = max(0, places)


def add_decimal(left: Decimal, right: Decimal) -> Decimal:
    """Return left + right."""
    return fit_decimal(EXACT.add(left, right))


def subtract_decimal(left: Decimal, right: Decimal) -> Decimal:
    """Return left - right."""
    return fit_decimal(EXACT.subtract(left, right))


def multiply_decimal(left: Decimal, right: Decimal) -> Decimal:
    """Return left * right."""
    return fit_decimal(EXACT.multiply(left, right))


def divide_decimal(left: Decimal, right: Decimal) -> Decimal:
    """Return left / right."""
    if not right:
        raise _zero()
    return fit_decimal(EXACT.divide(left, right))


def remainder_decimal(left: Decimal, right: Decimal) -> Decimal:
    """Return left % right."""
    if not right:
        raise _zero()
    with localcontext(EXACT):
        return left % right


def same(left: Any, right: Any) -> bool:
    """Compare two objects with `==`: references; texts compare by value (our reading)."""
    if left is None or right is None:
        return left is right
    if type(left) is str and type(right) is str:
        return left == right
    if isinstance(left, int | float | Decimal | str):
        return False
    return left is right


def and_(left: bool | None, right: bool | None) -> bool | None:
    """Return `left & right` of `bool?`."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def or_(left: bool | None, right: bool | None) -> bool | None:
    """Return `left | right` of `bool?`."""
    if left or right:
        return True
    return None if left is None or right is None else False


def nothing(_value: Any) -> None:
    """Return the result of lifted arithmetic with null."""
