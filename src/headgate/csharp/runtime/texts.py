"""Strings as .NET sees them: sequences of UTF-16 units.

A Python string holds whole characters. Only one with a character beyond U+FFFF differs in length
from its .NET twin; `units` splits such characters into their two surrogates and `whole` joins them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from sys import getsizeof

from headgate.csharp.budget import SMALL, spend
from headgate.csharp.errors import DotNetError

BEYOND = re.compile("[\U00010000-\U0010ffff]")
SURROGATE = re.compile("[\ud800-\udfff]")
NARROW = 64
"""Longer texts that take less than four bytes a character have none beyond U+FFFF (PEP 393)."""
SPLIT = 60
"""Units of a character whose text is taken apart into UTF-16 units."""
WIDE = 4
"""Units of a character of a text that is not ASCII: it is looked at, and takes two bytes."""
NOTED = 1 << 14
"""Characters of a text whose units are remembered."""
MAX_TEXT = 16 << 20
"""Characters that one operation may be asked to make."""


def units(text: str) -> str:
    """Return a text with one Python character for each UTF-16 unit."""
    if text.isascii() or (len(text) > NARROW and getsizeof(text) < 4 * len(text)):
        return text
    return split(text) if len(text) <= NOTED else split.__wrapped__(text)


@lru_cache(16)
def split(text: str) -> str:
    """Return the units of a text that may have characters beyond U+FFFF.

    A loop over the characters of a text asks again and again, so short ones are remembered.
    """
    if len(text) > SMALL:
        spend(SPLIT * len(text))
    if not BEYOND.search(text):
        return text
    data = text.encode("utf-16-le", "surrogatepass")
    return "".join(map(chr, memoryview(data).cast("H")))


def length_of(text: str) -> int:
    """Return the number of units."""
    if len(text) > SMALL:
        spend(WIDE * len(text))
    return len(text.encode("utf-16-le", "surrogatepass")) >> 1


def whole(text: str) -> str:
    """Return a text whose surrogate pairs are characters again."""
    if text.isascii():
        return text
    if len(text) > SMALL:
        spend(WIDE * len(text))
    if not SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def bounded(size: int) -> int:
    """Charge and return a size that a text is about to have. Raises OutOfMemoryException."""
    if size > MAX_TEXT:
        raise DotNetError("System.OutOfMemoryException", "The text would be too long.")
    if size > SMALL:
        spend(size)
    return size


def alike(left: str | None, right: str | None) -> bool:
    """Tell whether two texts are equal; long ones are charged for what is compared."""
    if left is not None and right is not None and len(left) > SMALL and len(left) == len(right):
        spend(len(left) >> 3)
    return left == right


def weighed(parts: Iterable[str]) -> None:
    """Charge texts that are about to become one, by the bytes that it will take."""
    parts = list(parts)
    size = bounded(sum(map(len, parts)))
    if not all(map(str.isascii, parts)):
        spend((WIDE - 1) * size)


def joined(*parts: str) -> str:
    """Return the parts as one text. Raises OutOfMemoryException before it is made, if too long."""
    if sum(map(len, parts)) > SMALL:
        weighed(parts)
    return "".join(parts)


def encode(text: str) -> bytes:
    """Return UTF-8; half a surrogate pair becomes U+FFFD, as in .NET."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return SURROGATE.sub("�", whole(text)).encode()
