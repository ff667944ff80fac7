"""System.Decimal."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Decimal

from headgate.csharp.runtime.casts import DECIMAL_MAX
from headgate.csharp.runtime.numerics import numeric_type
from headgate.csharp.types import DECIMAL

TYPE = numeric_type(DECIMAL)

TYPE.constant("decimal MaxValue", DECIMAL_MAX)
TYPE.constant("decimal MinValue", -DECIMAL_MAX)
TYPE.constant("decimal Zero", Decimal(0))
TYPE.constant("decimal One", Decimal(1))
TYPE.constant("decimal MinusOne", Decimal(-1))


@TYPE.static("decimal Truncate(decimal d)")
def truncate(value: Decimal) -> Decimal:
    """Return the integer part."""
    return value.to_integral_value(ROUND_DOWN)


@TYPE.static("decimal Floor(decimal d)")
def floor(value: Decimal) -> Decimal:
    """Return the next integer towards minus infinity."""
    return value.to_integral_value(ROUND_FLOOR)


@TYPE.static("decimal Ceiling(decimal d)")
def ceiling(value: Decimal) -> Decimal:
    """Return the next integer towards plus infinity."""
    return value.to_integral_value(ROUND_CEILING)
