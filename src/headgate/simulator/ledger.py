"""What the simulator served: by credential, by tag, in total and call by call."""

from __future__ import annotations

from collections import deque

import msgspec

from headgate.model.clock import Clock, Micros

NAMES_MAX = 10_000
"""Different credentials and different tags that are told apart."""
OTHERS = "(others)"
"""Who came after the last that is told apart."""


class Totals(msgspec.Struct):
    """Sums over calls. `calls` counts what arrived, `in_flight` what has not ended yet."""

    calls: int = 0
    in_flight: int = 0
    aborted: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    by_status: dict[str, int] = msgspec.field(default_factory=dict)


class Call(msgspec.Struct):
    """One call. Tokens are those of a completion as far as it was written to the socket."""

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
    prompt_tokens: int = 0
    """0 as long as the request is not accepted: a refused one costs nothing."""
    completion_tokens: int = 0
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

    __slots__ = ("_clock", "_totals", "call")

    def __init__(self, call: Call, totals: tuple[Totals, ...], *, clock: Clock) -> None:
        self.call = call
        self._totals = totals
        self._clock = clock
        for one in totals:
            one.calls += 1
            one.in_flight += 1

    def accepted(self, *, prompt_tokens: int) -> None:
        """Charge the prompt: the model is at work."""
        self.call.prompt_tokens = prompt_tokens
        for one in self._totals:
            one.prompt_tokens += prompt_tokens

    def head_sent(self, status: int) -> None:
        """Note the status."""
        self.call.status = status
        name = str(status)
        for one in self._totals:
            one.by_status[name] = one.by_status.get(name, 0) + 1

    def tokens_sent(self, tokens: int) -> None:
        """Count completion tokens that were written to the socket."""
        self.call.completion_tokens += tokens
        for one in self._totals:
            one.completion_tokens += tokens

    def end(self, *, aborted: bool) -> None:
        """Close the entry; only the first time has an effect."""
        if self.call.ended_us is not None:
            return
        self.call.ended_us = self._clock.now()
        self.call.aborted = aborted
        for one in self._totals:
            one.in_flight -= 1
            one.aborted += aborted


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
