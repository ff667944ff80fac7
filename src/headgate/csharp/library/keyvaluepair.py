"""System.Collections.Generic.KeyValuePair<K, V>."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.runtime.collections import Pair
from headgate.csharp.types import OBJECT, Type

TYPE = DotNetType(
    "System.Collections.Generic.KeyValuePair<K, V>",
    kind="struct",
    python=Pair,
    default=Pair(None, None, (OBJECT, OBJECT)),
)

TYPE.property("K Key", code="{0}.key")
TYPE.property("V Value", code="{0}.value")


@TYPE.generic_constructor("(K key, V value)")
def create(*kinds: Type) -> Callable[[Any, Any], Pair]:
    """Return the constructor."""
    return lambda key, value: Pair(key, value, kinds)
