"""StringComparison and StringComparer: how texts are folded and ordered."""

from __future__ import annotations

from headgate.csharp.budget import scanned
from headgate.csharp.runtime.equality import compare_text
from headgate.csharp.values import enum_class

Comparison = enum_class(
    "System.StringComparison",
    {
        "CurrentCulture": 0,
        "CurrentCultureIgnoreCase": 1,
        "InvariantCulture": 2,
        "InvariantCultureIgnoreCase": 3,
        "Ordinal": 4,
        "OrdinalIgnoreCase": 5,
    },
)
ORDINAL = 4


def folded(text: str, how: int) -> str:
    """Return what is compared: upper case where case does not matter."""
    if how & 1:
        scanned(text, 2)
        return text.upper()
    return text


def order(left: str, right: str, how: int) -> int:
    """Return -1, 0 or 1: ordinal by code unit, else as the invariant culture sorts."""
    one, other = folded(left, how), folded(right, how)
    if one == other:
        return 0
    if how < ORDINAL:
        return compare_text(one, other)
    return (
        1
        if one.encode("utf-16-be", "surrogatepass") > other.encode("utf-16-be", "surrogatepass")
        else -1
    )
