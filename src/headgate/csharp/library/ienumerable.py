"""System.Collections.Generic.IEnumerable<T>; LINQ's methods are in `enumerable`."""

from __future__ import annotations

from headgate.csharp.declare import DotNetType

TYPE = DotNetType(
    "System.Collections.Generic.IEnumerable<T>",
    kind="interface",
    bases=("System.Collections.IEnumerable",),
)
TYPES = (DotNetType("System.Collections.IEnumerable", kind="interface"),)
"""Behind the generic one, to which the short name belongs."""
