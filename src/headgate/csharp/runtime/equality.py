"""`Equals`, hash codes and order of values of any type."""

from __future__ import annotations

import zlib
from decimal import Decimal
from typing import Any

from headgate.csharp.errors import bad_argument
from headgate.csharp.runtime.texts import encode
from headgate.csharp.values import NetObject, to_text

PLAIN = (str, int, float, Decimal)


def equal(left: Any, right: Any) -> bool:
    """Return `left.Equals(right)`; null equals null."""
    if left is None or right is None:
        return left is right
    if isinstance(left, PLAIN):
        return type(left) is type(right) and (left == right or (left != left and right != right))
    if isinstance(left, NetObject):
        return left.net_equals(right)
    return left is right


def hash_code(value: Any) -> int:
    """Return a hash code: stable, but another number than .NET gives."""
    code = zlib.crc32(encode(to_text(value)))
    return code - (1 << 32) if code >= 1 << 31 else code


def compare(left: Any, right: Any) -> int:
    """Return the order of two values of one type: negative, 0 or positive; null comes first."""
    if left is None or right is None:
        return (left is not None) - (right is not None)
    if isinstance(left, str) and isinstance(right, str):
        return compare_text(left, right)
    if isinstance(left, float) and (left != left or right != right):
        return (left == left) - (right == right)
    try:
        if left == right:
            return 0
        return 1 if left > right else -1
    except TypeError as error:
        raise bad_argument("At least one object must implement IComparable.") from error


def collation(text: str) -> tuple[list[tuple[int, str]], str, str]:
    """Return a key that orders as the invariant culture does, near enough.

    Punctuation before digits before letters; case matters only between equal words, lower first.
    """
    folded = text.casefold()
    kept = [char for char in folded if char not in "-'"]
    ranks = [(2 if char.isalpha() else 1 if char.isdigit() else 0, char) for char in kept]
    return ranks, folded.replace("'", "").replace("-", ""), text.swapcase()


def compare_text(left: str, right: str) -> int:
    """Compare texts in the invariant culture."""
    if left == right:
        return 0
    return 1 if collation(left) + (len(left),) > collation(right) + (len(right),) else -1
