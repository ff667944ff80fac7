"""Virtual time: it passes only from one event to the next, so a day of calls takes no time."""

from __future__ import annotations

import heapq
from collections.abc import Generator, Iterable
from typing import Any, Literal, TypeVar

from headgate.model.clock import SECOND, Clock, Micros, MonotonicMicros

T = TypeVar("T")
Turns = Generator[int, None, T]
"""A computation that yields how long it waits, in microseconds, and returns T."""


def micros(seconds: float) -> int:
    """Return seconds as microseconds."""
    return round(seconds * SECOND)


class Timeline:
    """A clock, and the computations that take turns under it.

    A computation between two yields runs alone, as it does in the gateway's event loop. Those that
    wake at the same time run in the order in which they fell asleep.
    """

    def __init__(self, start: Micros) -> None:
        self.start = start
        self._now = start
        self._agenda: list[tuple[int, int, Turns[None]]] = []
        self._turn = 0

    def now(self) -> Micros:
        """Return the wall time."""
        return self._now

    def monotonic(self) -> MonotonicMicros:
        """Return the microseconds that have passed."""
        return MonotonicMicros(self._now - self.start)

    def at(self, moment: int, process: Turns[None]) -> None:
        """Begin a computation at a moment, which has not passed."""
        heapq.heappush(self._agenda, (moment, self._turn, process))
        self._turn += 1

    def run(self) -> None:
        """Let time pass until every computation has ended."""
        while self._agenda:
            moment, _, process = heapq.heappop(self._agenda)
            self._now = Micros(moment)
            for pause in process:
                self.at(moment + pause, process)
                break


def side_by_side(
    clock: Clock, processes: Iterable[Turns[Any]], *, until: Literal["all", "any"]
) -> Turns[tuple[Any, ...]]:
    """Run computations as one, until all have ended or any one; the others are closed.

    Returns what each returned, None for one that was closed. As soon as one of several has ended,
    those that have not begun never do.
    """
    branches = list(processes)
    results: list[Any] = [None] * len(branches)
    agenda = [(int(clock.now()), turn, turn) for turn in range(len(branches))]
    turn = running = len(branches)
    try:
        while running and (until == "all" or running == len(branches)):
            moment, _, index = heapq.heappop(agenda)
            if moment > clock.now():
                yield moment - clock.now()
            try:
                pause = next(branches[index])
            except StopIteration as end:
                results[index] = end.value
                running -= 1
                continue
            heapq.heappush(agenda, (moment + pause, turn, index))
            turn += 1
    finally:
        for branch in branches:
            branch.close()
    return tuple(results)
