"""System.Tuple."""

from __future__ import annotations

from collections.abc import Callable

from headgate.csharp.declare import DotNetType
from headgate.csharp.runtime.collections import NetTuple
from headgate.csharp.types import Type

NAMES = ("A", "B", "C", "D", "E", "F", "G")
TYPE = DotNetType("System.Tuple<A, B, C, D, E, F, G>", python=NetTuple, variadic=True)


def creator(*kinds: Type) -> Callable[..., NetTuple]:
    """Return the constructor for types."""
    return lambda *values: NetTuple(kinds, *values)


for size in range(1, len(NAMES) + 1):
    some = ", ".join(NAMES[:size])
    listed = ", ".join([f"{name} item{name}" for name in NAMES[:size]])
    TYPE.generic(f"Tuple<{some}>! Create<{some}>({listed})", static=True)(creator)
    TYPE.generic_constructor(f"({listed})")(creator)
    TYPE.property(f"{NAMES[size - 1]} Item{size}", code=f"{{0}}.items[{size - 1}]")
