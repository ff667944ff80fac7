"""Text of a document that remembers where each of its characters stood in the file.

What an attribute means is its text with entities decoded and named values put in; a diagnostic
about the fifth character of that still points at the right place of the file.
"""

from __future__ import annotations

from bisect import bisect_right

from headgate.model.diagnostic import Position

Place = tuple[str, Position]
"""A file and a position in it."""


class Source:
    """One file's text; turns offsets into lines and columns."""

    __slots__ = ("_starts", "file", "text")

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self._starts: list[int] = []

    def position(self, offset: int) -> Position:
        """Return line and column of an offset."""
        if not self._starts:
            self._starts = [0]
            at = self.text.find("\n")
            while at >= 0:
                self._starts.append(at + 1)
                at = self.text.find("\n", at + 1)
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1, offset)

    def place(self, offset: int) -> Place:
        """Return the file and the position of an offset."""
        return self.file, self.position(offset)


Pieces = list[tuple[int, int]]
"""Pairs of an offset in the value and the offset in the source where that piece began."""


class Text:
    """The value of an attribute or the text of an element.

    `shown` is what diagnostics may quote: the text before named values were put in. `secret` says
    that a secret one was, `unresolved` that a named value is not known.
    """

    __slots__ = ("pieces", "secret", "shown", "source", "unresolved", "value")

    def __init__(
        self,
        value: str,
        source: Source,
        *,
        pieces: Pieces,
        shown: str | None = None,
        secret: bool = False,
        unresolved: bool = False,
    ) -> None:
        self.value = value
        self.source = source
        self.pieces = pieces
        self.shown = value if shown is None else shown
        self.secret = secret
        self.unresolved = unresolved

    def source_offset(self, offset: int) -> int:
        """Return where a character of the value stands in the source."""
        index = bisect_right(self.pieces, offset, key=lambda piece: piece[0]) - 1
        value_start, source_start = self.pieces[index]
        found = source_start + offset - value_start
        if index + 1 == len(self.pieces):
            return found
        # A piece that stands for something shorter in the file ends where the next one begins.
        return min(found, max(source_start, self.pieces[index + 1][1] - 1))

    def place(self, offset: int = 0) -> Place:
        """Return where in which file a character of the value stands."""
        return self.source.place(self.source_offset(offset))

    def stripped(self) -> Text:
        """Return the text without the blanks around it."""
        lead = len(self.value) - len(self.value.lstrip())
        value = self.value.strip()
        if len(value) == len(self.value):
            return self
        pieces = [(max(at - lead, 0), start) for at, start in self.pieces if at > lead]
        return Text(
            value,
            self.source,
            pieces=[(0, self.source_offset(lead)), *pieces],
            shown=self.shown.strip(),
            secret=self.secret,
            unresolved=self.unresolved,
        )
