"""The members that all numeric types share; each type has its own file in `library/`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import DotNetError, bad_argument
from headgate.csharp.runtime.casts import CLASSES
from headgate.csharp.runtime.converting import parse
from headgate.csharp.runtime.formats import formatted
from headgate.csharp.types import DECIMAL, INTEGRAL, RANGES, Type, show
from headgate.csharp.values import to_text


def compare(left: Any, right: Any) -> int:
    """Return -1, 0 or 1; NaN is less than everything, null as well."""
    if left is None or right is None:
        return (left is not None) - (right is not None)
    if left == right:
        return 0
    if left != left or right != right:
        return int(left == left) - int(right == right)
    return 1 if left > right else -1


def boxed_equal(kind: type) -> Any:
    """Return `Equals(object)`: the same type and the same value."""

    def equal(left: Any, right: Any) -> bool:
        same = type(right) is kind
        return same and (left == right or (left != left and right != right))

    return equal


def numeric_type(kind: Type) -> DotNetType:
    """Declare a numeric type with what it shares with the others."""
    python, word = CLASSES[kind], show(kind)
    declared = DotNetType(
        kind.name,
        kind="struct",
        bases=("IComparable", "IFormattable", "IConvertible"),
        python=python,
        default=Decimal(0) if kind == DECIMAL else python(0),
    )
    equal = boxed_equal(python)

    def parse_one(text: str | None, styles: int = 0, *_: Any) -> Any:
        return parse(kind, text, styles)

    def parse_culture(text: str | None, _culture: Any) -> Any:
        return parse(kind, text)

    def try_parse(text: str | None, styles: int = 0, *_: Any) -> tuple[bool, Any]:
        try:
            return True, parse(kind, text, styles)
        except DotNetError:
            return False, declared.default

    def compare_object(left: Any, right: Any) -> int:
        if right is not None and type(right) is not python:
            raise bad_argument(f"Object must be of type {kind.name.rpartition('.')[2]}.")
        return compare(left, right)

    declared.static(f"{word} Parse(string s)")(parse_one)
    declared.static(f"{word} Parse(string s, IFormatProvider provider)")(parse_culture)
    declared.static(f"{word} Parse(string s, NumberStyles style)")(parse_one)
    declared.static(f"{word} Parse(string s, NumberStyles style, IFormatProvider provider)")(
        parse_one
    )
    declared.static(f"bool TryParse(string s, out {word} result)")(try_parse)
    declared.static(
        f"bool TryParse(string s, NumberStyles style, IFormatProvider provider, out {word} result)"
    )(try_parse)
    declared.method("string! ToString()")(to_text)
    declared.method("string! ToString(string format)")(formatted)
    declared.method("string! ToString(IFormatProvider provider)")(lambda value, _: to_text(value))
    declared.method("string! ToString(string format, IFormatProvider provider)")(
        lambda value, form, _: formatted(value, form)
    )
    declared.method(f"int CompareTo({word} value)")(compare)
    declared.method("int CompareTo(object value)")(compare_object)
    declared.method(f"bool Equals({word} obj)")(equal)
    declared.method("bool Equals(object obj)")(equal)
    if kind in INTEGRAL:
        low, high = RANGES[kind]
        declared.constant(f"{word} MinValue", python(low))
        declared.constant(f"{word} MaxValue", python(high))
    return declared
