"""System.Math."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import DotNetError, out_of_range, overflow
from headgate.csharp.runtime.casts import CLASSES
from headgate.csharp.types import DOUBLE, INTEGRAL, NUMERIC, RANGES, UNSIGNED, Type, show

TYPE = DotNetType("System.Math", kind="static")
TYPE.constant("double PI", math.pi)
TYPE.constant("double E", math.e)


def absolute(kind: Type) -> Callable[[Any], Any]:
    """Return Abs for a type; the smallest integer has no counterpart."""
    make = CLASSES[kind]
    high = RANGES[kind][1] if kind in INTEGRAL else None

    def run(value: Any) -> Any:
        found = abs(value)
        if high is not None and found > high:
            raise overflow("Negating the minimum value of a twos complement number is invalid.")
        return make(found)

    return run


def larger(left: Any, right: Any) -> Any:
    """Return the larger number; NaN wins."""
    return left if left > right or left != left else right


def smaller(left: Any, right: Any) -> Any:
    """Return the smaller number; NaN wins."""
    return left if left < right or left != left else right


def sign(value: Any) -> int:
    """Return -1, 0 or 1."""
    if value != value:
        raise DotNetError("System.ArithmeticException", "Function does not accept NaN.")
    return int(value > 0) - int(value < 0)


for number in sorted(NUMERIC - {Type("System.Char")}, key=lambda kind: (kind != DOUBLE, str(kind))):
    word = show(number)
    if number not in UNSIGNED:
        TYPE.static(f"{word} Abs({word} value)")(absolute(number))
        TYPE.static(f"int Sign({word} value)")(sign)
    TYPE.static(f"{word} Max({word} val1, {word} val2)")(larger)
    TYPE.static(f"{word} Min({word} val1, {word} val2)")(smaller)


def clamp(value: Any, low: Any, high: Any) -> Any:
    """Return the value, at least low and at most high."""
    if low > high:
        raise DotNetError("System.ArgumentException", "min cannot be greater than max.")
    return low if value < low else high if value > high else value


for word in ("int", "long", "double", "decimal"):
    TYPE.static(f"{word} Clamp({word} value, {word} min, {word} max)")(clamp)


def integral(towards: str) -> Callable[[Any], Any]:
    """Return Floor, Ceiling or Truncate for doubles and decimals."""

    def run(value: Any) -> Any:
        if isinstance(value, Decimal):
            return value.to_integral_value(towards)
        if value != value or math.isinf(value):
            return value
        rounded = float(Decimal(value).to_integral_value(towards))
        return math.copysign(rounded, value)

    return run


for name, mode in (("Floor", ROUND_FLOOR), ("Ceiling", ROUND_CEILING), ("Truncate", ROUND_DOWN)):
    for word in ("double", "decimal"):
        TYPE.static(f"{word} {name}({word} d)")(integral(mode))


def rounded(value: Any, places: int = 0, mode: int = 0) -> Any:
    """Return a number rounded to decimals: ties to even, or away from zero (mode 1)."""
    if not 0 <= places <= (28 if isinstance(value, Decimal) else 15):
        raise out_of_range("digits")
    how = ROUND_HALF_UP if mode == 1 else ROUND_HALF_EVEN
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        if isinstance(exponent, int) and -exponent <= places:
            return value
        return value.quantize(Decimal(1).scaleb(-places), how)
    if value != value or math.isinf(value) or abs(value) >= 1e16:
        return value
    # .NET scales by a power of ten, rounds to an integer and scales back.
    power = 10.0**places
    whole = float(Decimal(value * power).to_integral_value(how))
    return math.copysign(whole / power, value)


def rounded_by(value: Any, mode: int) -> Any:
    """Return a number rounded to an integer by a mode."""
    return rounded(value, 0, mode)


for word in ("double", "decimal"):
    TYPE.static(f"{word} Round({word} a)")(rounded)
    TYPE.static(f"{word} Round({word} value, int digits)")(rounded)
    TYPE.static(f"{word} Round({word} value, MidpointRounding mode)")(rounded_by)
    TYPE.static(f"{word} Round({word} value, int digits, MidpointRounding mode)")(rounded)


def total(function: Callable[..., float], outside: float = math.nan) -> Callable[..., float]:
    """Return a function of `math` that gives NaN or infinity where Python raises."""

    def run(*values: float) -> float:
        try:
            return function(*values)
        except OverflowError:
            return math.inf
        except ValueError:
            return outside

    return run


def power(base: float, exponent: float) -> float:
    """Return base to the power of exponent."""
    try:
        return math.pow(base, exponent)
    except OverflowError:
        odd = exponent == math.floor(exponent) and exponent % 2 == 1
        return -math.inf if base < 0 and odd else math.inf
    except ValueError:
        return math.inf if base == 0 else math.nan


def logarithm(value: float, base: float | None = None) -> float:
    """Return the logarithm, natural or to a base."""
    if value == 0:
        return -math.inf
    if value < 0 or value != value or (base is not None and (base <= 0 or base == 1)):
        return math.nan
    return math.log(value) if base is None else math.log(value) / math.log(base)


TYPE.static("double Pow(double x, double y)")(power)
TYPE.static("double Log(double d)")(logarithm)
TYPE.static("double Log(double a, double newBase)")(logarithm)


@TYPE.static("double Log10(double d)")
def logarithm10(value: float) -> float:
    """Return the decimal logarithm."""
    return math.log10(value) if value > 0 else logarithm(value)


for name in ("Sqrt", "Exp", "Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Tanh"):
    TYPE.static(f"double {name}(double d)")(total(getattr(math, name.lower())))
TYPE.static("double Atan2(double y, double x)")(math.atan2)
