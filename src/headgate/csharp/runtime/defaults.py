"""`default(T)` at run time."""

from __future__ import annotations

from typing import Any

from headgate.csharp.surface import surface
from headgate.csharp.types import Type


def default_value(kind: Type) -> Any:
    """Return the default value of a type: null of everything that is no value type."""
    declared = surface().declared(kind)
    return declared.default if declared is not None else None
