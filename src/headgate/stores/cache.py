"""Keeps the values that policies cache, in memory: bounded, the least recently used go first.

Values keep their .NET type (apim.md 4.4). One process has one cache.
"""

from __future__ import annotations

import logging
import sys
from collections import OrderedDict

import msgspec

from headgate.model.clock import Clock, Micros
from headgate.policy.effects import Cached
from headgate.stores.values import PLAIN, NoData, separate, weight

log = logging.getLogger("headgate.cache")

ENTRIES_MAX = 100_000
BYTES_MAX = 64 << 20
OVERHEAD = 250
"""Bytes that an entry takes beside its key and value: its record, its place, its time."""


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
        """What all entries weigh."""

    def __len__(self) -> int:
        return len(self._entries)

    def lookup(self, key: str) -> Cached | None:
        """Return a value that is there and has not expired; what the caller changes is his own."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry.expires <= self._clock.now():
            self.remove(key)
            return None
        self._entries.move_to_end(key)
        cached = entry.cached
        return cached if type(cached.value) in PLAIN else Cached(separate(cached.value))

    def store(self, key: str, value: object, *, duration: int) -> None:
        """Keep a value as it is now for `duration` microseconds.

        One that is no data, or larger than the cache, is not kept, and the log says so.
        """
        self.remove(key)
        if duration <= 0:
            return
        try:
            kept = separate(value)
        except NoData as error:
            log.warning("%s", error)
            return
        size = sys.getsizeof(key) + weight(kept) + OVERHEAD
        if size > self._bytes_max:
            log.warning("a value of %d bytes is larger than the cache", size)
            return
        self._entries[key] = Entry(Cached(kept), Micros(self._clock.now() + duration), size)
        self.bytes += size
        while self.bytes > self._bytes_max or len(self._entries) > self._entries_max:
            _, oldest = self._entries.popitem(last=False)
            self.bytes -= oldest.weight

    def remove(self, key: str) -> None:
        """Forget a value."""
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.bytes -= entry.weight
