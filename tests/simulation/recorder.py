"""The event log: every operation put to the store, as plain values, and what the upstream served.

Nothing of the product reaches an event: numbers, strings, tuples and dicts only, so that a log
says the same in every process and the checker needs none of the product's types.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from headgate.limits.counters import Throttling
from headgate.limits.operations import (
    AddCalls,
    CountCalls,
    Counted,
    CounterId,
    Decision,
    Granted,
    Level,
    Operation,
    Progress,
    Read,
    Refused,
    Release,
    Reserve,
    Reset,
    Settle,
    Settled,
)
from headgate.stores.memory import MemoryCounterStore
from headgate.testing.virtual_clock import VirtualClock

Event = dict[str, Any]


class Recorder:
    """Numbers the events, keeps them and hands each to whoever checks it."""

    def __init__(
        self,
        clock: VirtualClock,
        check: Callable[[Event], None],
        *,
        throttling: Throttling = "sliding-window",
    ) -> None:
        self.clock = clock
        self.throttling: Throttling = throttling
        self.events: list[Event] = []
        self.store = MemoryCounterStore(clock, archived=True, throttling=throttling)
        self.callers: dict[str, str] = {}
        self._check = check
        self._digest = hashlib.sha256()
        self._known: dict[CounterId, None] = {}

    def note(self, kind: str, *, levels: bool = False, **facts: object) -> Event:
        """Append an event. `levels` says that the counters may have changed."""
        event: Event = {
            "n": len(self.events),
            "kind": kind,
            "wall": int(self.clock.now()),
            "mono": int(self.clock.monotonic()),
            **facts,
        }
        if levels:
            event["levels"] = {counter: self.level(counter) for counter in self._known}
        self.events.append(event)
        self._digest.update(repr(event).encode())
        self._check(event)
        return event

    def begin(self, quotas: Iterable[Any] = (), *, graceful: bool = False) -> None:
        """Begin with an empty store and the quotas that were kept."""
        self.store = MemoryCounterStore(self.clock, archived=True, throttling=self.throttling)
        self.store.import_quotas(quotas)
        self.note("begin", levels=True, graceful=graceful, throttling=self.throttling)

    def level(self, counter: CounterId) -> tuple[int, int]:
        """Return what the store says of a counter."""
        level = self.store.apply(Read(counter))
        assert isinstance(level, Level)
        return level.used, level.held

    def digest(self) -> str:
        """Return a hash of all events so far."""
        return self._digest.hexdigest()

    def apply(self, operation: Operation, *, call: str = "", repeated: bool = False) -> Decision:
        """Put an operation to the store and note it with its decision."""
        decision = self.store.apply(operation)
        if isinstance(operation, Reserve):
            self._reserved(operation, decision)
        elif isinstance(operation, Settle):
            assert isinstance(decision, Settled)
            self.note(
                "settle",
                levels=True,
                id=operation.id,
                prompt=operation.prompt,
                completion=operation.completion,
                charged=decision.charged,
                debt=decision.debt,
                repeated=repeated,
            )
        elif isinstance(operation, Release):
            self.note("release", levels=True, id=operation.id)
        elif isinstance(operation, Progress):
            self.note(
                "progress", levels=True, seen=[(one.id, one.tokens) for one in operation.seen]
            )
        elif isinstance(operation, Reset):
            self.note("reset", levels=True, counter=operation.counter)
        elif isinstance(operation, CountCalls | AddCalls):
            self._counted(operation, decision, call=call)
        return decision

    def _reserved(self, operation: Reserve, decision: Decision) -> None:
        assert isinstance(decision, Granted | Refused)
        granted = isinstance(decision, Granted)
        rules = [(rule.counter, rule.limit) for rule in operation.rules]
        self._known.update(dict.fromkeys(counter for counter, _ in rules))
        self.note(
            "reserve",
            levels=True,
            id=operation.id,
            caller=self.callers[operation.id],
            rules=rules,
            prompt=operation.prompt,
            hold=operation.hold,
            least=operation.hold_least,
            choices=operation.choices,
            mode=operation.mode,
            lifetime=operation.lifetime,
            may_change=operation.limit_may_change,
            granted=granted,
            grant=decision.hold if isinstance(decision, Granted) else 0,
            remaining=list(decision.remaining),
            wait=decision.wait if isinstance(decision, Refused) else 0,
        )

    def _counted(self, operation: CountCalls | AddCalls, decision: Decision, *, call: str) -> None:
        rule = operation.rule
        self._known[rule.counter] = None
        assert isinstance(decision, Counted | Refused)
        self.note(
            "count",
            levels=True,
            id=call,
            rules=[(rule.counter, rule.limit)],
            amount=operation.amount,
            granted=isinstance(decision, Counted),
            wait=decision.wait if isinstance(decision, Refused) else 0,
        )
