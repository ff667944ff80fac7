"""What `dynamic` finds out at run time: conversions and members of a value of unknown type."""

from __future__ import annotations

from typing import Any

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime import casts
from headgate.csharp.surface import Surface
from headgate.csharp.types import NUMERIC, Type
from headgate.csharp.values import type_name_of, type_of

BINDER = "Microsoft.CSharp.RuntimeBinder.RuntimeBinderException"


def converter(surface: Surface, kind: Type) -> casts.Cast:
    """Return the implicit conversion of a dynamic value: a cast, widening numbers."""
    cast = casts.caster(surface, kind)
    if kind not in NUMERIC:
        return cast
    widen = casts.numeric_cast(kind, False)

    def convert(value: Any) -> Any:
        return widen(value) if type_of(value) in NUMERIC else cast(value)

    return convert


def binary(op: str, left: Any, right: Any) -> Any:
    """Apply an operator."""
    raise DotNetError(BINDER, f"Operator '{op}' cannot be applied.")


def unary(op: str, operand: Any) -> Any:
    """Apply a prefix operator."""
    raise DotNetError(BINDER, f"Operator '{op}' cannot be applied.")


def equal(left: Any, right: Any) -> bool:
    """Compare with `==`."""
    return bool(left == right)


def member(target: Any, name: str) -> Any:
    """Read a member."""
    raise DotNetError(BINDER, f"'{type_name_of(target)}' does not contain '{name}'.")


def element(target: Any, *keys: Any) -> Any:
    """Read an element."""
    raise DotNetError(BINDER, f"Cannot index '{type_name_of(target)}'.")


def call(context: Any, budget: Any, target: Any, name: str, *arguments: Any) -> Any:
    """Call a method."""
    raise DotNetError(BINDER, f"'{type_name_of(target)}' does not contain '{name}'.")
