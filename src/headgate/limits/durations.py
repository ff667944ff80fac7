"""How long calls take: what is known of when an open hold will end."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque

from headgate.model.clock import SECOND

SAMPLES_MAX = 128

GUESS = 5 * SECOND
"""How long a call is thought to take while none has ended yet."""


class Durations:
    """The durations of the latest calls, in microseconds."""

    __slots__ = ("_by_size", "_by_time")

    def __init__(self) -> None:
        self._by_time: deque[int] = deque(maxlen=SAMPLES_MAX)
        self._by_size: list[int] = []
        """The same in order, made when somebody asks; empty: make it anew."""

    def add(self, duration: int) -> None:
        """Take up the duration of a call that has ended."""
        self._by_time.append(duration)
        if self._by_size:
            self._by_size = []

    def remaining(self, age: int) -> int:
        """Return how much longer a call of this age is likely to take: the median of the latest
        calls that took longer. One that outlasts them all may take as long again.
        """
        if not self._by_time:
            return max(0, GUESS - age)
        ordered = self._by_size
        if not ordered:
            ordered = self._by_size = sorted(self._by_time)
        longer = bisect_right(ordered, age)
        if longer == len(ordered):
            return age
        return ordered[(longer + len(ordered)) // 2] - age
