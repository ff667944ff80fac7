"""Following a streamed answer without slowing it down.

A chunk is only kept; it is looked at when somebody asks, which is once, at the end. So that a long
stream does not grow in memory, its oldest part is turned into the text that it carries.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import ClassVar

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

HEAD = 64 * 1024
"""Bytes of the beginning that stay readable: some dialects report the prompt there."""
LONGEST_USAGE = 4096
"""Bytes of a usage object that is cut out of an event whose beginning is gone."""

_LAST_EVENTS = 16
_FIRST_EVENTS = 8
_NO_PAYLOAD = frozenset({b"", b"[DONE]"})
_USAGE = re.compile(rb'"usage"\s*:\s*(?=\{)')
_BRACE = re.compile(rb"[{}]")
_DATA = b"\ndata:"
_EDGE = len(_DATA) - 1


class StreamTap:
    """What passed of one streamed answer.

    All it tells depends on the bytes of the stream alone, never on how they came in chunks; only
    what is omitted of a very long answer may differ.
    """

    ended: ClassVar[bool] = False
    """Whether the gateway ended the answer itself; only a `CuttingTap` does."""

    __slots__ = (
        "_blocks",
        "_dialect",
        "_edge",
        "_events",
        "_fresh",
        "_fresh_size",
        "_head",
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
        self._head = b""
        """Beginning of the stream, as soon as it is no longer in the blocks."""
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

    def seen_tokens(self) -> int:
        """Return about how many completion tokens passed, for charging along the way."""
        partial = self.partial() if self._dialect.reports_along else None
        return self.seen_events() if partial is None else partial.output_tokens

    def usage(self) -> TokenUsage | None:
        """Return the usage that the stream reports, or None if text passed after its last report.

        Where a stream reports along the way, an early end is charged by this, too.
        """
        newer: list[bytes] = []
        for data in self._last_payloads():
            if (report := self._report(data)) is not None:
                return None if any(map(self._dialect.text, newer)) else self._filled(report)
            if data not in _NO_PAYLOAD:
                newer.append(data)
        return self._cut_report() if self._head else None

    def partial(self) -> TokenUsage | None:
        """Return the newest report that passed, though text may have passed after it.

        Its prompt is what the provider counted; of the completion it is a lower bound.
        """
        for data in self._last_payloads():
            if (report := self._report(data)) is not None:
                return self._filled(report)
        return self._first_report()

    @property
    def coarse(self) -> bool:
        """Whether one event is many tokens, as the stream itself reports."""
        return self._dialect.reports_along

    @property
    def complete(self) -> bool:
        """Whether the stream said that it is whole."""
        return any(map(self._dialect.ends, self._last_payloads()))

    @property
    def truncated(self) -> bool:
        """Whether the stream said that the completion was cut at its cap."""
        return any(map(self._dialect.truncated, self._last_payloads()))

    @property
    def readable(self) -> bool:
        """Whether the last events have a shape that the dialect knows; true before any came."""
        last = [data for data in self._last_payloads() if data not in _NO_PAYLOAD]
        return not last or any(map(self._dialect.knows, last))

    @property
    def seam(self) -> bytes:
        """Return the last bytes that passed, for who looks for a blank line across two chunks."""
        self._settle()
        return self._edge[-2:] if self._kept else b""

    def adds_text(self, event: bytes) -> bool | None:
        """Tell whether an event would add to the text; None where it is not whole."""
        if not event.endswith((b"\n\n", b"\n\r\n")):
            return None
        data = payload(normalise(event))
        return data not in _NO_PAYLOAD and bool(self._dialect.text(data))

    def cut(self, usage: TokenUsage, *, show_usage: bool) -> bytes | None:
        """Return the closing events of the dialect, with which the stream ends as at a cap.

        None while an event has begun: then feed what belongs to it. `usage` is what the client is
        told; a client who did not ask is not shown it.
        """
        self._settle()
        if self._kept and not self._edge.endswith((b"\n\n", b"\n\r\n")):
            return None
        recent = [data for data in self._last_payloads() if data not in _NO_PAYLOAD]
        first = next((data for data in self._first_payloads() if data), b"")
        return self._dialect.closing(recent, first, usage=usage, show_usage=show_usage)

    def completion_text(self) -> str:
        """Return the generated text that passed, but for `omitted` characters."""
        self._settle()
        retained = normalise(b"".join((self._unfinished, *self._blocks)))
        return "".join((*self._text, *self._texts(retained)))

    def _report(self, data: bytes) -> TokenUsage | None:
        return self._dialect.usage(data) if self._dialect.usage_mark in data else None

    def _filled(self, report: TokenUsage) -> TokenUsage:
        """Return a report with the prompt that the beginning of the stream told, if it did."""
        first = self._first_report() if self._dialect.splits_usage else None
        return report if first is None else report.filled_from(first)

    def _first_report(self) -> TokenUsage | None:
        reports = map(self._report, self._first_payloads())
        return next((report for report in reports if report is not None), None)

    def _cut_report(self) -> TokenUsage | None:
        """Return the usage of a last event that is too long to be kept whole, as of an image."""
        end = b"".join(self._blocks)
        starts = [match.end() for match in _USAGE.finditer(end)]
        depth = 0
        for brace in _BRACE.finditer(end, starts[-1]) if starts else ():
            depth += 1 if brace[0] == b"{" else -1
            if brace.end() - starts[-1] > LONGEST_USAGE:
                break
            if depth == 0:
                report = b'{"usage":%s}' % end[starts[-1] : brace.end()]
                return None if self._text_after(end[brace.end() :]) else self._report(report)
        return None

    def _text_after(self, rest: bytes) -> bool:
        return any(self._texts(normalise(rest).partition(b"\n\n")[2]))

    def _first_payloads(self) -> Iterator[bytes]:
        """Yield the data of the first events, of a cut event what there is."""
        self._settle()
        head = self._head or b"".join(self._blocks)[:HEAD]
        events = normalise(head).split(b"\n\n", _FIRST_EVENTS)
        return (payload(event) for event in islice(events, _FIRST_EVENTS))

    def _last_payloads(self) -> Iterator[bytes]:
        """Yield the data of the last events, newest first; of a cut event what there is."""
        self._settle()
        last: deque[bytes] = deque()
        size = ends = 0
        for block in reversed(self._blocks):
            last.appendleft(block)
            size += len(block)
            if size >= BLOCK:
                for end in (b"\n\n", b"\n\r\n"):
                    ends += len(block.rsplit(end, _LAST_EVENTS)) - 1
                if ends >= _LAST_EVENTS:
                    break
        events = normalise(b"".join(last)).rsplit(b"\n\n", _LAST_EVENTS)
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
        if not self._head:
            self._head = b"".join((block, *self._blocks))[:HEAD]
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
        payloads = (payload(event) for event in events.split(b"\n\n") if event)
        return (self._dialect.text(data) for data in payloads if data not in _NO_PAYLOAD)
