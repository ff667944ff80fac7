"""How long completions are: always the same, evenly distributed, or as real ones are, lognormal."""

from __future__ import annotations

from math import log
from random import Random

import msgspec

LENGTH_MAX = 100_000
"""Tokens of one completion."""
_SIGMA_MAX = 5.0


class Lognormal(msgspec.Struct, frozen=True):
    """Lengths whose logarithms are normally distributed: many short ones, few very long ones."""

    median: float
    sigma: float
    """Standard deviation of the natural logarithm; 0.8 has one in ten beyond 2.8 medians."""
    low: int = 1
    high: int = LENGTH_MAX
    """What falls outside these bounds is put on them."""


Length = int | tuple[int, int] | Lognormal
"""Fixed; lowest and highest of an even distribution; or lognormal."""


def draw(length: Length, rng: Random) -> int:
    """Return the length of the next completion."""
    if isinstance(length, int):
        return length
    if isinstance(length, tuple):
        return rng.randint(*length)
    drawn = rng.lognormvariate(log(length.median), length.sigma)
    return round(min(max(drawn, length.low), length.high))


def in_bounds(length: Length) -> bool:
    """Tell whether a length makes sense."""
    if isinstance(length, Lognormal):
        shape = 1 <= length.median <= LENGTH_MAX and 0 <= length.sigma <= _SIGMA_MAX
        return shape and 0 <= length.low <= length.high <= LENGTH_MAX
    low, high = (length, length) if isinstance(length, int) else length
    return 0 <= low <= high <= LENGTH_MAX


def parse(text: str) -> Length:
    """Return the length that `64`, `10-200` or `lognormal:MEDIAN:SIGMA[:LOW-HIGH]` says.

    Raises ValueError.
    """
    kind, _, rest = text.partition(":")
    if kind == "lognormal":
        median, _, rest = rest.partition(":")
        sigma, _, bounds = rest.partition(":")
        low, high = _bounds(bounds) if bounds else (1, LENGTH_MAX)
        return Lognormal(float(median), float(sigma), low, high)
    return _bounds(text) if "-" in text else int(text)


def _bounds(text: str) -> tuple[int, int]:
    low, _, high = text.partition("-")
    return int(low), int(high)
