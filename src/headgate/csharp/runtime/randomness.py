"""System.Random: the same numbers as .NET for the same seed (Knuth's subtractive generator)."""

from __future__ import annotations

import hashlib

from headgate.csharp.budget import ITEM, spend
from headgate.csharp.errors import null_argument, out_of_range
from headgate.csharp.types import simple
from headgate.csharp.values import NetObject
from headgate.model.context import Context

BIG = (1 << 31) - 1
SEED = 161_803_398
SEEDING = 25_000
"""Units of a generator that is made."""
BYTE = 8
"""Units of one byte for a key."""


class Random(NetObject):
    """A generator."""

    __slots__ = ("place", "place_behind", "seeds")
    NET = simple("Random")

    def __init__(self, seed: int) -> None:
        spend(SEEDING)
        seeds = [0] * 56
        last = SEED - min(abs(seed), BIG)
        seeds[55] = last
        value = 1
        for index in range(1, 55):
            place = 21 * index % 55
            seeds[place] = value
            value = last - value
            if value < 0:
                value += BIG
            last = seeds[place]
        for _ in range(4):
            for index in range(1, 56):
                found = seeds[index] - seeds[1 + (index + 30) % 55]
                seeds[index] = found + BIG if found < 0 else found
        self.seeds = seeds
        self.place, self.place_behind = 0, 21

    def sample(self) -> int:
        """Return the next integer below 2^31 - 1."""
        self.place = self.place % 55 + 1
        self.place_behind = self.place_behind % 55 + 1
        value = self.seeds[self.place] - self.seeds[self.place_behind]
        if value == BIG:
            value -= 1
        if value < 0:
            value += BIG
        self.seeds[self.place] = value
        return value

    def next_double(self) -> float:
        """Return a double from 0 up to but not including 1."""
        return self.sample() * (1.0 / BIG)

    def next_below(self, low: int, high: int) -> int:
        """Return an integer from low up to but not including high."""
        if low > high:
            raise out_of_range("minValue", "'minValue' cannot be greater than maxValue.")
        size = high - low
        if size <= BIG:
            return int(self.next_double() * size) + low
        wide = self.sample() * (-1 if self.sample() % 2 == 0 else 1)
        return int((wide + BIG - 1.0) / (2.0 * BIG - 1) * size) + low

    def fill(self, target: bytearray | None) -> None:
        """Fill a `byte[]`."""
        if target is None:
            raise null_argument("buffer")
        spend(len(target) * 5 * ITEM)
        for place in range(len(target)):
            target[place] = self.sample() % 256


def bits(context: Context, count: int) -> int:
    """Return random bits; without a source they follow from the request's id and the trace."""
    if context.entropy is not None:
        return context.entropy.getrandbits(count)
    text = f"{context.request_id}:{len(context.facts)}"
    found = hashlib.shake_256(text.encode()).digest(-(-count // 8))
    return int.from_bytes(found, "big") >> -count % 8


def fresh_bytes(context: Context, count: int) -> bytearray:
    """Return random bytes for a key or vector, from the same source as `bits`."""
    spend(count * BYTE)
    return bytearray(bits(context, 8 * count).to_bytes(count, "big"))
