"""System.StringComparer, and the comparer interfaces."""

from __future__ import annotations

from headgate.csharp.declare import DotNetType
from headgate.csharp.runtime.comparison import folded, order
from headgate.csharp.types import simple
from headgate.csharp.values import NetObject


class Comparer(NetObject):
    """A StringComparison as an object."""

    __slots__ = ("how",)
    NET = simple("StringComparer")

    def __init__(self, how: int) -> None:
        self.how = how

    def fold(self, text: str) -> str:
        """Return what stands for a text in a dictionary or set."""
        return folded(text, self.how)

    def equals(self, left: str | None, right: str | None) -> bool:
        """Compare two texts for equality."""
        if left is None or right is None:
            return left is right
        return self.fold(left) == self.fold(right)

    def order(self, left: str | None, right: str | None) -> int:
        """Return the order of two texts."""
        if left is None or right is None:
            return (left is not None) - (right is not None)
        return order(left, right, self.how)


TYPE = DotNetType(
    "System.StringComparer",
    bases=("IEqualityComparer<string>", "IComparer<string>"),
    python=Comparer,
)
TYPES = (
    DotNetType("System.Collections.Generic.IEqualityComparer<T>", kind="interface"),
    DotNetType("System.Collections.Generic.IComparer<T>", kind="interface"),
)

for how, name in enumerate(
    (
        "CurrentCulture",
        "CurrentCultureIgnoreCase",
        "InvariantCulture",
        "InvariantCultureIgnoreCase",
        "Ordinal",
        "OrdinalIgnoreCase",
    )
):
    TYPE.constant(f"StringComparer {name}", Comparer(how))
TYPE.method("bool Equals(string x, string y)", code="{0}.equals({1}, {2})")
TYPE.method("int Compare(string x, string y)", code="{0}.order({1}, {2})")
