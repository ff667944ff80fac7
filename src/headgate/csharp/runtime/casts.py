"""Conversions at run time, one function per target type, made when an expression is bound."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_DOWN, Context, Decimal
from functools import cache
from typing import Any

from headgate.csharp import values
from headgate.csharp.errors import bad_cast, null_reference, overflow
from headgate.csharp.surface import Surface
from headgate.csharp.types import (
    BOOLEAN,
    BYTE,
    CHAR,
    DECIMAL,
    DOUBLE,
    DYNAMIC,
    INT16,
    INT32,
    INT64,
    NULLABLE,
    OBJECT,
    RANGES,
    SBYTE,
    SINGLE,
    STRING,
    UINT16,
    UINT32,
    UINT64,
    Type,
    show,
)
from headgate.csharp.values import type_name_of, type_of

Cast = Callable[[Any], Any]

CLASSES: dict[Type, type] = {
    BOOLEAN: bool,
    STRING: str,
    CHAR: values.Char,
    SBYTE: values.SByte,
    BYTE: values.Byte,
    INT16: values.Int16,
    UINT16: values.UInt16,
    INT32: int,
    UINT32: values.UInt32,
    INT64: values.Int64,
    UINT64: values.UInt64,
    SINGLE: values.Single,
    DOUBLE: float,
    DECIMAL: Decimal,
}
"""The Python class whose instances are exactly the values of a type."""

DECIMAL_MAX = Decimal((1 << 96) - 1)
WIDE = Context(prec=60)


def make(kind: Type, value: int) -> Any:
    """Return an integer in range as a value of an integral type."""
    if kind == CHAR:
        return values.Char(chr(value))
    return CLASSES[kind](value)


def wrap(value: int, kind: Type) -> int:
    """Return an integer reduced to the width of its type, as unchecked arithmetic does."""
    low, high = RANGES[kind]
    return (value - low) % (high - low + 1) + low


def to_decimal(value: Any) -> Decimal:
    """Return a number as System.Decimal: of a double only its first 15 digits count."""
    if isinstance(value, values.Single):
        value = Decimal(f"{float(value):.7g}")
    elif isinstance(value, float):
        if value != value or abs(value) >= 2.0**96:
            raise overflow("Value was either too large or too small for a Decimal.")
        value = Decimal(f"{value:.15g}")
    elif isinstance(value, str):
        value = ord(value)
    found = Decimal(value)
    exponent = found.as_tuple().exponent
    if isinstance(exponent, int) and exponent > 0:
        found = found.quantize(Decimal(1), context=WIDE)
    return found


@cache
def numeric_cast(kind: Type, checked: bool) -> Cast:
    """Return the conversion of any number or character to a numeric type."""
    if kind == DECIMAL:
        return to_decimal
    if kind in (DOUBLE, SINGLE):
        target = CLASSES[kind]

        def to_real(value: Any) -> Any:
            return target(ord(value) if isinstance(value, str) else value)

        return to_real
    low, high = RANGES[kind]

    def to_integer(value: Any) -> Any:
        if isinstance(value, str):
            value = ord(value)
        elif isinstance(value, Decimal):
            value = int(value.to_integral_value(ROUND_DOWN))
            if not low <= value <= high:
                raise overflow()
        elif isinstance(value, float):
            value = _truncate(value, kind, checked)
        if low <= value <= high:
            return make(kind, int(value))
        if checked:
            raise overflow()
        return make(kind, wrap(value, kind))

    return to_integer


def _truncate(value: float, kind: Type, checked: bool) -> int:
    low, high = RANGES[kind]
    if value != value or value in (float("inf"), float("-inf")) or not low - 1 < value < high + 1:
        if checked:
            raise overflow()
        # What x86 gives for a double that no 32- or 64-bit integer holds.
        wide = kind in (INT64, UINT64) or abs(value) >= 2.0**63 or value != value
        return (-(1 << 63) if wide else int(value)) if kind != INT32 else -(1 << 31)
    return int(value)


@cache
def unbox(kind: Type) -> Cast:
    """Return the cast of an object to a value type: exactly that type, or an exception."""
    target = CLASSES[kind]
    name = str(kind)

    def unboxed(value: Any) -> Any:
        if type(value) is target:
            return value
        if value is None:
            null_reference()
        raise bad_cast(type_name_of(value), name)

    return unboxed


def tester(surface: Surface, kind: Type) -> Callable[[Any], bool]:
    """Return the function behind `is`: never true of null."""
    if kind.name == NULLABLE:
        kind = kind.args[0]
    if kind in (OBJECT, DYNAMIC):
        return lambda value: value is not None
    exact = CLASSES.get(kind)
    if exact is not None:
        return lambda value: type(value) is exact
    declared = surface.types.get(kind.name)
    if declared is not None and declared.python and not kind.args and declared.kind != "interface":
        classes = declared.python
        return lambda value: isinstance(value, classes)
    return lambda value: value is not None and surface.is_subtype(type_of(value), kind)


def caster(surface: Surface, kind: Type) -> Cast:
    """Return the cast of an object to any type."""
    if kind in (OBJECT, DYNAMIC):
        return lambda value: value
    if kind in CLASSES and kind != STRING:
        return unbox(kind)
    test = tester(surface, kind)
    null_ok = not surface.is_value(kind)
    name = show(kind)

    def cast(value: Any) -> Any:
        if test(value):
            return value
        if value is None:
            if null_ok:
                return None
            null_reference()
        raise bad_cast(type_name_of(value), name)

    return cast
