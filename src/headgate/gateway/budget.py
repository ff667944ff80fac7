"""How much memory all buffered bodies take together."""

from __future__ import annotations


class Budget:
    """Bytes held and how many may be; whoever buffers adds to `held` and subtracts in the end.

    The field is changed in place, two operations per call: a method would cost more than they do.
    """

    __slots__ = ("held", "limit")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.held = 0

    @property
    def exceeded(self) -> bool:
        """Whether something has to be refused."""
        return self.held > self.limit
