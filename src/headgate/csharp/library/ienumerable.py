"""System.Collections.Generic.IEnumerable<T>; LINQ's methods are in `enumerable`."""

from __future__ import annotations

from headgate.csharp.declare import DotNetType

TYPES = (
    DotNetType("System.Collections.IEnumerable", kind="interface"),
    DotNetType(
        "System.Collections.Generic.IEnumerable<T>",
        kind="interface",
        bases=("System.Collections.IEnumerable",),
    ),
)
