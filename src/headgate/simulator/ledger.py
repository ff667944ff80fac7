"""What the simulator served: by credential, by tag, in total and call by call."""

from __future__ import annotations

from collections import deque

import msgspec

from headgate.model.clock import Clock, Micros
from headgate.simulator.usage import Usage

NAMES_MAX = 10_000
"""Different credentials and different tags that are told apart."""
OTHERS = "(others)"
"""Who came after the last that is told apart."""


class Tokens(msgspec.Struct, kw_only=True):
    """The tokens of a call, or of many."""

    prompt_tokens: int = 0
    """0 as long as a request is not accepted: a refused one costs nothing."""
    cached_tokens: int = 0
    """Of the prompt."""
    cache_write_tokens: int = 0
    """Of the prompt."""
    completion_tokens: int = 0
    """What was sent: what is shown, as far as it was written to the socket, and at the end of an
    answer, when its usage has told about them, the reasoning tokens."""
    reasoning_tokens: int = 0
    """Of `completion_tokens`."""
    served_tokens: int = 0
    """What a provider bills as completion. Whole for an unstreamed answer, whether or not somebody
    waits for it; of a stream what was sent, and the reasoning from the first token on."""


class Totals(Tokens, kw_only=True):
    """Sums over calls. `calls` counts what arrived, `in_flight` what has not ended yet."""

    calls: int = 0
    in_flight: int = 0
    aborted: int = 0
    by_status: dict[str, int] = msgspec.field(default_factory=dict)


class Call(Tokens, kw_only=True):
    """One call."""

    order: int
    """1 for the first call; the answer's header `x-simulator-order` says the same."""
    key: str
    """The credential that came, without `Bearer`; empty: none."""
    tag: str
    path: str
    arrived_us: Micros
    ended_us: Micros | None = None
    model: str = ""
    """The deployment or model that the caller named."""
    stream: bool = False
    status: int = 0
    """0: no head was sent."""
    aborted: bool = False
    """Whether the answer was not sent to its end, because the caller left or by a fault."""
    faults: tuple[str, ...] = ()


class View(msgspec.Struct):
    """What `GET /_ledger` shows."""

    total: Totals
    by_key: dict[str, Totals]
    by_tag: dict[str, Totals]
    calls: list[Call]


class Entry:
    """One call on its way: writes itself into the ledger as it happens."""

    __slots__ = ("_books", "_clock", "_hidden", "_streams", "_totals", "call")

    def __init__(self, call: Call, totals: tuple[Totals, ...], *, clock: Clock) -> None:
        self.call = call
        self._totals = totals
        self._clock = clock
        self._hidden = 0
        self._streams = False
        self._books: tuple[Tokens, ...] = (call, *totals)
        for one in totals:
            one.calls += 1
            one.in_flight += 1

    def accepted(self, usage: Usage, *, stream: bool) -> None:
        """Charge the prompt: the model is at work. `usage` is the truth, also if it gets unsaid."""
        self._hidden = usage.reasoning
        self._streams = stream
        for one in self._books:
            one.prompt_tokens += usage.prompt
            one.cached_tokens += usage.cached
            one.cache_write_tokens += usage.cache_write
            one.served_tokens += 0 if stream else usage.completion

    def head_sent(self, status: int) -> None:
        """Note the status."""
        self.call.status = status
        name = str(status)
        for one in self._totals:
            one.by_status[name] = one.by_status.get(name, 0) + 1

    def tokens_sent(self, tokens: int) -> None:
        """Count completion tokens that were written to the socket."""
        served = 0
        if self._streams:
            served = tokens if self.call.completion_tokens else tokens + self._hidden
        for one in self._books:
            one.completion_tokens += tokens
            one.served_tokens += served

    def end(self, *, aborted: bool) -> None:
        """Close the entry; only the first time has an effect."""
        if self.call.ended_us is not None:
            return
        self.call.ended_us = self._clock.now()
        self.call.aborted = aborted
        if not aborted and self._hidden:
            self._hidden_told()
        for one in self._totals:
            one.in_flight -= 1
            one.aborted += aborted

    def _hidden_told(self) -> None:
        """Count the reasoning, which is as much the caller's as what was shown."""
        # A stream that was all reasoning has sent no token that could have made it served.
        late = self._hidden if self._streams and not self.call.completion_tokens else 0
        for one in self._books:
            one.completion_tokens += self._hidden
            one.reasoning_tokens += self._hidden
            one.served_tokens += late


class Ledger:
    """All calls since the start or the last reset."""

    def __init__(self, clock: Clock, *, keep_calls: int) -> None:
        self._clock = clock
        self._keep_calls = keep_calls
        self._arrived = 0
        self.reset()

    def reset(self) -> None:
        """Forget everything; calls still on their way do not count any more."""
        self.total = Totals()
        self.by_key: dict[str, Totals] = {}
        self.by_tag: dict[str, Totals] = {}
        self.calls: deque[Call] = deque(maxlen=self._keep_calls)

    def open(self, *, key: str, tag: str, path: str) -> Entry:
        """Enter a call that has just arrived."""
        self._arrived += 1
        call = Call(order=self._arrived, key=key, tag=tag, path=path, arrived_us=self._clock.now())
        self.calls.append(call)
        totals = (self.total, _totals_of(self.by_key, key), _totals_of(self.by_tag, tag))
        return Entry(call, totals, clock=self._clock)

    def view(self, tag: str | None = None) -> View:
        """Return everything, or what belongs to one tag."""
        if tag is None:
            return View(self.total, self.by_key, self.by_tag, list(self.calls))
        total = self.by_tag.get(tag, Totals())
        return View(total, {}, {tag: total}, [call for call in self.calls if call.tag == tag])


def _totals_of(books: dict[str, Totals], name: str) -> Totals:
    if name not in books and len(books) >= NAMES_MAX:
        name = OTHERS
    return books.setdefault(name, Totals())
