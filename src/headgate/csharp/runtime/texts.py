"""Strings as .NET sees them: sequences of UTF-16 units.

A Python string holds whole characters. Only one with a character beyond U+FFFF differs in length
from its .NET twin; `units` splits such characters into their two surrogates and `whole` joins them.
"""

from __future__ import annotations

import re

from headgate.csharp.errors import DotNetError

BEYOND = re.compile("[\U00010000-\U0010ffff]")
SURROGATE = re.compile("[\ud800-\udfff]")
MAX_TEXT = 16 << 20
"""Characters that one operation may be asked to make."""


def units(text: str) -> str:
    """Return a text with one Python character for each UTF-16 unit."""
    if text.isascii() or not BEYOND.search(text):
        return text
    data = text.encode("utf-16-le", "surrogatepass")
    return "".join([chr(data[place] | data[place + 1] << 8) for place in range(0, len(data), 2)])


def whole(text: str) -> str:
    """Return a text whose surrogate pairs are characters again."""
    if text.isascii() or not SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def bounded(size: int) -> int:
    """Return a size that a text is about to have. Raises OutOfMemoryException."""
    if size > MAX_TEXT:
        raise DotNetError("System.OutOfMemoryException", "The text would be too long.")
    return size


def joined(*parts: str) -> str:
    """Return the parts as one text. Raises OutOfMemoryException before it is made, if too long."""
    bounded(sum(map(len, parts)))
    return "".join(parts)


def encode(text: str) -> bytes:
    """Return UTF-8; half a surrogate pair becomes U+FFFD, as in .NET."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return SURROGATE.sub("�", whole(text)).encode()
