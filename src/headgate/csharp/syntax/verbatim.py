"""Doubled braces and quotes of interpolated strings.

The grammar reads a hole behind doubled braces, as in `$"{{{x}}}"`, as plain text, and cannot read
doubled quotes at the end of a verbatim string. So each pair is written as a mark of the same length
before tree-sitter sees it, which keeps all places, and becomes what it stands for afterwards.
"""

from __future__ import annotations

import re

MARKS = {b'""': b"\x01\x01", b"{{": b"\x02\x02", b"}}": b"\x03\x03"}
MEANT = {mark.decode(): pair.decode()[0] for pair, mark in MARKS.items()}
CONTROL = re.compile(b"[\x01-\x03]")
TEXT = rb"""@"(?:[^"]|"")*(?:"|\Z)|"(?:\\.|[^"\\])*(?:"|\Z)|'(?:\\.|[^'\\])+(?:'|\Z)"""
"""Strings and characters; an open one takes the rest, so no search starts again and again."""
TOKEN = re.compile(rb"""//[^\n]*|/\*.*?(?:\*/|\Z)|(?P<start>(?:\$@|@\$|\$)")|""" + TEXT, re.DOTALL)
INSIDE = re.compile(TEXT + rb"|[{}]", re.DOTALL)


def marked(text: bytes) -> bytes | None:
    """Return the text with marks; None where there is nothing to mark."""
    if b"$" not in text or not any(pair in text for pair in MARKS) or CONTROL.search(text):
        return None
    out = bytearray(text)
    place = 0
    while (found := TOKEN.search(text, place)) is not None:
        place = found.end()
        if found["start"]:
            place = _mark(text, out, place=place, verbatim=b"@" in found["start"])
    return bytes(out) if out != text else None


def _mark(text: bytes, out: bytearray, *, place: int, verbatim: bool) -> int:
    """Mark the pairs of one string and return its end; what stands in holes stays."""
    while place < len(text):
        char, pair = text[place : place + 1], text[place : place + 2]
        if pair in MARKS and (verbatim or pair != b'""'):
            out[place : place + 2] = MARKS[pair]
            place += 1
        elif char == b'"':
            return place + 1
        elif char == b"\\" and not verbatim:
            place += 1
        elif char == b"{":
            place = _behind_hole(text, place + 1)
            continue
        place += 1
    return place


def _behind_hole(text: bytes, place: int) -> int:
    """Return the place behind the brace that closes a hole."""
    depth = 1
    while depth and (found := INSIDE.search(text, place)) is not None:
        depth += {b"{": 1, b"}": -1}.get(found[0], 0)
        place = found.end()
    return place if not depth else len(text)


def meant(text: str) -> str:
    """Return a part of a string with the characters that its marks stand for."""
    for mark, char in MEANT.items():
        text = text.replace(mark, char)
    return text
