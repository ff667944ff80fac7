"""System.Nullable<T>: null or a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.runtime.equality import equal
from headgate.csharp.runtime.support import present
from headgate.csharp.surface import surface
from headgate.csharp.types import Type
from headgate.csharp.values import to_text

TYPE = DotNetType("System.Nullable<T>")

TYPE.property("bool HasValue", code="{0} is not None", null_ok=True)
TYPE.property("T Value", null_ok=True)(present)
TYPE.method("string! ToString()", null_ok=True)(to_text)
TYPE.method("bool Equals(object other)", null_ok=True)(equal)


@TYPE.method("T GetValueOrDefault(T defaultValue)", null_ok=True)
def value_or(value: Any, default: Any) -> Any:
    """Return the value, or another one for null."""
    return default if value is None else value


@TYPE.generic("T GetValueOrDefault()", null_ok=True)
def value_or_default(kind: Type) -> Callable[[Any], Any]:
    """Return the value, or the default of its type for null."""
    declared = surface().declared(kind)
    default = declared.default if declared else None

    def get(value: Any) -> Any:
        return default if value is None else value

    return get
