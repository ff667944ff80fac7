"""Following a streamed answer without slowing it down.

A chunk is only kept; it is looked at when somebody asks, which is once, at the end. So that a long
stream does not grow in memory, its oldest part is turned into the text that it carries.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice

from headgate.model.usage import TokenUsage
from headgate.tokens.dialect import Dialect
from headgate.tokens.events import normalise, payload
from headgate.tokens.hiding import UsageHider

BLOCK = 64 * 1024
"""Bytes of chunks that are joined at a time, and of the end in which usage is looked for."""
RETAINED = 1024 * 1024
"""Bytes that are kept as they came. Most answers are shorter and are never read for their text."""
LONGEST_EVENT = 1024 * 1024
"""Bytes. Of a longer event that would have to become text, only the size is remembered."""
LONGEST_TEXT = 1024 * 1024
"""Characters made of what is no longer retained; of more, only the number is remembered."""

_LAST_EVENTS = 16
_DATA = b"\ndata:"
_EDGE = len(_DATA) - 1


class StreamTap:
    """What passed of one streamed answer.

    All it tells depends on the bytes of the stream alone, never on how they came in chunks; only
    what is omitted of a very long answer may differ.
    """

    __slots__ = (
        "_blocks",
        "_dialect",
        "_edge",
        "_events",
        "_fresh",
        "_fresh_size",
        "_hider",
        "_kept",
        "_text",
        "_text_size",
        "_unfinished",
        "omitted",
    )

    def __init__(self, dialect: Dialect, *, hide_usage: bool) -> None:
        self._dialect = dialect
        self._hider = UsageHider(dialect) if hide_usage else None
        self._fresh: list[bytes] = []
        self._fresh_size = 0
        self._blocks: deque[bytes] = deque()
        self._kept = 0
        """Bytes in the blocks."""
        self._edge = b"\n"
        self._events = 0
        self._unfinished = b""
        """Beginning of the event that ends in the oldest block."""
        self._text: list[str] = []
        self._text_size = 0
        self.omitted = 0
        """About how many characters `completion_text` leaves out of a very long answer."""

    def feed(self, chunk: bytes) -> bytes:
        """Keep a chunk and return what to pass on: the same object unless something is hidden.

        With `hide_usage` an event is held back until the blank line that ends it.
        """
        self._fresh.append(chunk)
        self._fresh_size += len(chunk)
        if self._fresh_size >= BLOCK:
            self._settle()
        return chunk if self._hider is None else self._hider.feed(chunk)

    def finish(self) -> bytes:
        """Return what is still held back when the stream has ended."""
        return b"" if self._hider is None else self._hider.finish()

    def seen_events(self) -> int:
        """Return how many data lines passed: about one token each, for counting along the way."""
        self._settle()
        return self._events

    def usage(self) -> TokenUsage | None:
        """Return the last usage that the end of the stream reports, or None."""
        for data in self._last_payloads():
            if b'"usage"' in data and (usage := self._dialect.usage(data)) is not None:
                return usage
        return None

    @property
    def complete(self) -> bool:
        """Whether the stream said that it is whole."""
        return any(map(self._dialect.ends, self._last_payloads()))

    @property
    def truncated(self) -> bool:
        """Whether the stream said that the completion was cut at its cap."""
        return any(map(self._dialect.truncated, self._last_payloads()))

    def completion_text(self) -> str:
        """Return the generated text that passed, but for `omitted` characters."""
        self._settle()
        retained = normalise(b"".join((self._unfinished, *self._blocks)))
        return "".join((*self._text, *self._texts(retained)))

    def _last_payloads(self) -> Iterator[bytes]:
        """Yield the data of the last events, newest first; of a cut event what there is."""
        self._settle()
        last: list[bytes] = []
        size = 0
        for block in reversed(self._blocks):
            last.insert(0, block)
            size += len(block)
            if size >= BLOCK:
                break
        events = normalise(b"".join(last)[-BLOCK:]).rsplit(b"\n\n", _LAST_EVENTS)
        return (payload(event) for event in islice(reversed(events), _LAST_EVENTS))

    def _settle(self) -> None:
        """Make one block of the chunks that came since the last time, and count its events."""
        if not self._fresh:
            return
        block = b"".join(self._fresh)
        self._fresh.clear()
        self._fresh_size = 0
        seam = self._edge + block[:_EDGE]
        self._events += block.count(_DATA) + seam.count(_DATA)
        self._edge = (self._edge + block[-_EDGE:])[-_EDGE:]
        self._blocks.append(block)
        self._kept += len(block)
        while self._kept - len(self._blocks[0]) >= RETAINED:
            self._fold(self._blocks.popleft())

    def _fold(self, block: bytes) -> None:
        """Turn the oldest block into text; the event that it does not end waits for the next."""
        self._kept -= len(block)
        whole, _, rest = normalise(self._unfinished + block).rpartition(b"\n\n")
        self._unfinished = rest
        if len(rest) > LONGEST_EVENT:
            self.omitted += len(rest)
            self._unfinished = b""
        for text in self._texts(whole):
            if self._text_size + len(text) > LONGEST_TEXT:
                self.omitted += len(text)
            else:
                self._text_size += len(text)
                self._text.append(text)

    def _texts(self, events: bytes) -> Iterable[str]:
        return (self._dialect.text(payload(event)) for event in events.split(b"\n\n"))
