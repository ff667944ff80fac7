"""System.Object: what every value has."""

from __future__ import annotations

from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.runtime.collections import NetType
from headgate.csharp.runtime.equality import equal, hash_code
from headgate.csharp.values import to_text, type_of

TYPE = DotNetType("System.Object")

TYPE.method("string ToString()")(to_text)
TYPE.method("bool Equals(object obj)")(equal)
TYPE.method("int GetHashCode()")(hash_code)
TYPE.static("bool Equals(object objA, object objB)")(equal)


@TYPE.method("Type! GetType()")
def get_type(value: Any) -> NetType:
    """Return the run-time type."""
    return NetType(type_of(value))


@TYPE.static("bool ReferenceEquals(object objA, object objB)")
def reference_equals(left: Any, right: Any) -> bool:
    """Tell whether two references are the same."""
    return left is right
