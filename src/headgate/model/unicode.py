"""Text that leaves as UTF-8.

A .NET string may hold half of a surrogate pair, which no UTF-8 has; a caller's JSON brings one as
`"\\ud800"`. As .NET does, whoever writes such text writes something else in its place.
"""

from __future__ import annotations


def encodable(text: str) -> str:
    """Return the text with U+FFFD for each lone surrogate."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
