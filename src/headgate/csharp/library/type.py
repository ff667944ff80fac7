"""System.Type, as far as `GetType().Name` goes."""

from __future__ import annotations

from headgate.csharp.declare import DotNetType
from headgate.csharp.runtime.collections import NetType
from headgate.csharp.runtime.equality import equal
from headgate.csharp.types import reflection_name

TYPE = DotNetType("System.Type", python=NetType)


@TYPE.property("string! Name")
def name(kind: NetType) -> str:
    """Return the simple name."""
    return reflection_name(kind.kind).partition("[")[0].rpartition(".")[2]


@TYPE.property("string! FullName")
def full_name(kind: NetType) -> str:
    """Return the name with its namespace."""
    return reflection_name(kind.kind)


TYPE.operator("==", "bool (Type left, Type right)")(equal)


@TYPE.operator("!=", "bool (Type left, Type right)")
def not_equal(left: NetType | None, right: NetType | None) -> bool:
    """Tell whether two types differ."""
    return not equal(left, right)
