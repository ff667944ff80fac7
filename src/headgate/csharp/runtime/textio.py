"""Texts that are read or written in parts: System.IO.StringReader and StringWriter."""

from __future__ import annotations

from headgate.csharp.budget import scanned
from headgate.csharp.errors import null_argument
from headgate.csharp.runtime.texts import bounded, units, whole
from headgate.csharp.types import Type
from headgate.csharp.values import NetObject


class TextReader(NetObject):
    """A text with a place that is read next, in UTF-16 units."""

    __slots__ = ("place", "text")
    NET = Type("System.IO.StringReader")

    def __init__(self, text: str | None) -> None:
        if text is None:
            raise null_argument("s")
        self.text = units(text)
        self.place = 0

    def rest(self) -> str:
        """Return all that is left."""
        found = self.text[self.place :]
        self.place = len(self.text)
        scanned(found)
        return whole(found)

    def line(self) -> str | None:
        """Return the next line without its end; null: there is none."""
        if self.place >= len(self.text):
            return None
        ends = [at for mark in "\r\n" if (at := self.text.find(mark, self.place)) >= 0]
        end = min(ends, default=len(self.text))
        found = self.text[self.place : end]
        self.place = end + (2 if self.text[end : end + 2] == "\r\n" else 1)
        scanned(found)
        return whole(found)

    def unit(self, *, stay: bool) -> int:
        """Return the next unit, or -1 at the end."""
        if self.place >= len(self.text):
            return -1
        found = ord(self.text[self.place])
        if not stay:
            self.place += 1
        return found


class TextWriter(NetObject):
    """A text that grows."""

    __slots__ = ("parts", "size")
    NET = Type("System.IO.StringWriter")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.size = 0

    def write(self, text: str) -> None:
        """Add a text. Raises OutOfMemoryException for more than a text may have."""
        self.size += len(text)
        scanned(text)
        self.parts.append(text)

    def to_text(self) -> str:
        """Return all that was written."""
        bounded(self.size)
        return "".join(self.parts)
