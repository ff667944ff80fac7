"""`Equals`, hash codes and order of values of any type."""

from __future__ import annotations

import unicodedata
import zlib
from decimal import Decimal
from typing import Any

from headgate.csharp.budget import scanned
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
    text = to_text(value)
    scanned(text, 2)
    code = zlib.crc32(encode(text))
    return code - (1 << 32) if code >= 1 << 31 else code


def compare(left: Any, right: Any) -> int:
    """Return the order of two values of one type: negative, 0 or positive; null comes first."""
    if left is None or right is None:
        return (left is not None) - (right is not None)
    if isinstance(left, str) and isinstance(right, str):
        return compare_text(left, right)
    if isinstance(left, float) and (left != left or right != right):
        return int(left == left) - int(right == right)
    try:
        if left == right:
            return 0
        return 1 if left > right else -1
    except TypeError as error:
        raise bad_argument("At least one object must implement IComparable.") from error


PUNCTUATION = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$"
RANKS = {char: place for place, char in enumerate(PUNCTUATION)}


def rank(char: str) -> tuple[int, int, str]:
    """Return the place of a character: blanks, punctuation, digits, letters."""
    place = RANKS.get(char)
    if place is not None:
        return 1, place, ""
    return (3 if char.isalpha() else 2 if char.isdigit() else 0), 0, char


def collation(text: str) -> tuple[object, object, object]:
    """Return a key that orders as the invariant culture does, near enough.

    Letters count first, then accents, then case, lower before upper.
    """
    plain = unicodedata.normalize("NFD", text)
    base = [char for char in plain if not unicodedata.combining(char)]
    accents = [char if unicodedata.combining(char) else "" for char in plain]
    return (
        [rank(char.lower()) for char in base],
        accents,
        [char.isupper() for char in base],
    )


def compare_text(left: str, right: str) -> int:
    """Compare texts in the invariant culture."""
    one, other = collation(left), collation(right)
    if one == other:
        return 0
    return 1 if one > other else -1
