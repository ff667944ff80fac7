"""Keeps the values that policies cache, in memory: bounded, the least recently used go first.

Values keep their .NET type (apim.md 4.4). One process has one cache.
"""

from __future__ import annotations

import sys
from collections import OrderedDict

import msgspec

from headgate.model.clock import Clock, Micros
from headgate.model.messages import Response
from headgate.policy.effects import Cached

ENTRIES_MAX = 100_000
BYTES_MAX = 64 << 20
OVERHEAD = 200
"""Bytes that an entry takes beside its key and value."""


class Entry(msgspec.Struct):
    """A value, until when it is kept, and what it weighs in bytes."""

    cached: Cached
    expires: Micros
    weight: int


class MemoryCache:
    """The cache of one process."""

    def __init__(
        self, clock: Clock, *, entries_max: int = ENTRIES_MAX, bytes_max: int = BYTES_MAX
    ) -> None:
        self._clock = clock
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._entries_max = entries_max
        self._bytes_max = bytes_max
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._entries)

    def lookup(self, key: str) -> Cached | None:
        """Return a value that is there and has not expired."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry.expires <= self._clock.now():
            self.remove(key)
            return None
        self._entries.move_to_end(key)
        return entry.cached

    def store(self, key: str, value: object, *, duration: int) -> None:
        """Keep a value for `duration` microseconds; one that is larger than the cache is not."""
        self.remove(key)
        weight = len(key) + weigh(value) + OVERHEAD
        if duration <= 0 or weight > self._bytes_max:
            return
        self._entries[key] = Entry(Cached(value), Micros(self._clock.now() + duration), weight)
        self.bytes += weight
        while self.bytes > self._bytes_max or len(self._entries) > self._entries_max:
            _, oldest = self._entries.popitem(last=False)
            self.bytes -= oldest.weight

    def remove(self, key: str) -> None:
        """Forget a value."""
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.bytes -= entry.weight


def weigh(value: object) -> int:
    """Return about how many bytes a value takes."""
    if isinstance(value, str | bytes):
        return len(value)
    if isinstance(value, Response):
        return 0 if value.body is None else len(value.body.content)
    return sys.getsizeof(value)
