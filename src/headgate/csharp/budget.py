"""What one evaluation may do: a count of work, so that no expression holds the event loop.

A unit is about two nanoseconds. Generated code charges each pass of a loop and each call of a
lambda by the number of nodes in it; the library charges characters and elements where there are
many of them. Expressions run one at a time and never wait, so one budget serves them all:
`evaluate` sets it at the start of each. Outside of an evaluation nothing is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from headgate.csharp.errors import DotNetError

MAX_WORK = 8_000_000
"""Units of one evaluation: whatever it does, less than 20 ms."""
UNCOUNTED = 1 << 60
SMALL = 256
"""Texts up to this length cost no more than the node of the tree that handles them."""
ITEM = 160
"""Units of one element that is touched."""
NODE = 50
"""Units of one node of the tree that is run."""


class Budget:
    """How much the evaluation that runs may still do."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = UNCOUNTED

    def spend(self, units: int) -> None:
        """Take units. Raises DotNetError, which no `catch` of an expression sees."""
        self.left -= units
        if self.left < 0:
            raise DotNetError(
                "Headgate.BudgetExceededException",
                "The expression does more work than one evaluation may (under 20 ms).",
            )


BUDGET = Budget()
spend = BUDGET.spend


@contextmanager
def metered() -> Iterator[None]:
    """Count what is done with a value after its evaluation: a lazy sequence is still to run."""
    BUDGET.left = MAX_WORK
    try:
        yield
    finally:
        BUDGET.left = UNCOUNTED


def scanned(text: str | bytes | bytearray, rate: int = 1) -> None:
    """Charge a text that is read from end to end, at `rate` units a character."""
    size = len(text)
    if size * rate > SMALL:
        spend(size * rate)


def keyed(text: str) -> None:
    """Charge a text that is looked up, if it is long: it is hashed, and compared with a key."""
    size = len(text)
    if size > SMALL:
        spend(size >> 1)


def numeral(text: str) -> None:
    """Charge a text that is read as a number: the work grows with the square of its digits."""
    size = len(text)
    if size > SMALL:
        spend(size * size >> 4)


def made(text: str) -> str:
    """Charge a text that was just made and return it; wide characters count for their bytes."""
    size = len(text)
    if size > SMALL:
        spend(size if text.isascii() else 4 * size)
    return text
