"""Keeps answers by the vectors of their prompts, in memory, and finds the one that lies closest.

Vectors are compared one by one, within one partition: with as many entries as there may be that
takes about a millisecond, and it never misses the closest, as an approximate index would. Bounded,
the least recently used go first. numpy is loaded with the first vector: most gateways have none.
"""

from __future__ import annotations

import logging
import sys
from collections import OrderedDict
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from headgate.model.clock import Clock, Micros
from headgate.policy.effects import Cached
from headgate.stores.values import NoData, separate, weight

log = logging.getLogger("headgate.cache")

ENTRIES_MAX = 5_000
BYTES_MAX = 64 << 20
DIMENSIONS_MAX = 8192
OVERHEAD = 400
"""Bytes that an entry takes beside its vector and value."""
SAME = 1e-6
"""Distance at which two prompts are the same one, asked twice before the first was answered."""
ROWS_AT_FIRST = 4

Matrix = Any
"""A numpy array of 32-bit floats; numpy is not loaded where this module is."""


class Entry:
    """A value at its place in a partition; `weight` in bytes."""

    __slots__ = ("cached", "expires", "partition", "row", "weight")

    def __init__(self, partition: Partition, row: int, *, cached: Cached) -> None:
        self.partition = partition
        self.row = row
        self.cached = cached
        self.expires = Micros(0)
        self.weight = 0


class Partition:
    """Entries that may be found for each other's prompts: vectors in the rows of one matrix."""

    __slots__ = ("entries", "key", "matrix")

    def __init__(self, key: str, matrix: Matrix) -> None:
        self.key = key
        self.matrix = matrix
        self.entries: list[Entry] = []

    @property
    def dimensions(self) -> int:
        """Return how long its vectors are."""
        return int(self.matrix.shape[1])

    def closest(self, vector: Matrix) -> tuple[Entry, float]:
        """Return the entry whose vector lies closest to one of length 1, and the distance."""
        scores = self.matrix[: len(self.entries)] @ vector
        row = int(scores.argmax())
        return self.entries[row], 1 - float(scores[row])


class SimilarAnswers:
    """The vectors of one process."""

    def __init__(
        self, clock: Clock, *, entries_max: int = ENTRIES_MAX, bytes_max: int = BYTES_MAX
    ) -> None:
        self._clock = clock
        self._partitions: dict[str, Partition] = {}
        self._entries: OrderedDict[Entry, None] = OrderedDict()
        self._entries_max = entries_max
        self._bytes_max = bytes_max
        self.bytes = 0
        """What all entries weigh."""

    def __len__(self) -> int:
        return len(self._entries)

    def lookup(self, partition: str, vector: Sequence[float], *, distance: float) -> Cached | None:
        """Return the value closest to a vector if it is no farther away: 1 less the cosine."""
        found = self._partitions.get(partition)
        if found is None:
            return None
        unit = unit_vector(vector)
        if unit is None or len(unit) != found.dimensions:
            return None
        now = self._clock.now()
        while found.entries:
            entry, away = found.closest(unit)
            if away > max(distance, SAME):
                return None
            if entry.expires > now:
                self._entries.move_to_end(entry)
                return Cached(separate(entry.cached.value))
            self._remove(entry)
        return None

    def store(
        self, partition: str, vector: Sequence[float], *, value: object, duration: int
    ) -> None:
        """Keep a value as it is now under a vector, for `duration` microseconds.

        It takes the place of one whose vector is the same. What cannot be kept is only logged.
        """
        unit = unit_vector(vector)
        if unit is None or duration <= 0:
            return
        try:
            cached = Cached(separate(value))
        except NoData as error:
            log.warning("%s", error)
            return
        size = unit.nbytes + sys.getsizeof(partition) + weight(cached.value) + OVERHEAD
        if size > self._bytes_max:
            log.warning("a value of %d bytes is larger than the cache", size)
            return
        found = self._partition(partition, unit)
        if found.entries:
            entry, away = found.closest(unit)
            if away <= SAME:
                self._remove(entry)
                found = self._partition(partition, unit)
        entry = add(found, unit, cached=cached)
        entry.expires, entry.weight = Micros(self._clock.now() + duration), size
        self._entries[entry] = None
        self.bytes += size
        while self.bytes > self._bytes_max or len(self._entries) > self._entries_max:
            self._remove(next(iter(self._entries)))

    def _partition(self, key: str, unit: Matrix) -> Partition:
        """Return a partition for vectors of a length; those of another length are forgotten."""
        found = self._partitions.get(key)
        if found is not None and found.dimensions != len(unit):
            for entry in [*found.entries]:
                self._remove(entry)
            found = None
        if found is None:
            matrix = numpy().empty((ROWS_AT_FIRST, len(unit)), dtype="float32")
            found = self._partitions[key] = Partition(key, matrix)
        return found

    def _remove(self, entry: Entry) -> None:
        """Forget an entry; the last row takes its place."""
        partition = entry.partition
        last = partition.entries.pop()
        if last is not entry:
            partition.entries[entry.row] = last
            partition.matrix[entry.row] = partition.matrix[last.row]
            last.row = entry.row
        if not partition.entries:
            del self._partitions[partition.key]
        del self._entries[entry]
        self.bytes -= entry.weight


def add(partition: Partition, unit: Matrix, *, cached: Cached) -> Entry:
    """Add an entry, making room for it."""
    row, rows = len(partition.entries), len(partition.matrix)
    if row == rows:
        grown = numpy().empty((2 * rows, partition.dimensions), dtype="float32")
        grown[:rows] = partition.matrix
        partition.matrix = grown
    partition.matrix[row] = unit
    entry = Entry(partition, row, cached=cached)
    partition.entries.append(entry)
    return entry


def unit_vector(vector: Sequence[float]) -> Matrix | None:
    """Return a vector with the length 1; None for one that has no direction."""
    if not 0 < len(vector) <= DIMENSIONS_MAX:
        return None
    array = numpy().asarray(vector, dtype="float64")
    length = float((array @ array) ** 0.5)
    if not 0 < length < float("inf"):
        return None
    return (array / length).astype("float32")


def numpy() -> Any:
    """Return numpy, loaded at its first use."""
    return import_module("numpy")
