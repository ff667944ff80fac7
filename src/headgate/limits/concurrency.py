"""How many calls are inside of something at the same time, by key.

One object for the process: reloads hand it on. It is not a counter of the store, which other
processes may share, because what is inside here dies with this process.
"""

from __future__ import annotations


class Gates:
    """The calls inside, by key. Keys that nobody is inside of take no room."""

    __slots__ = ("_inside",)

    def __init__(self) -> None:
        self._inside: dict[str, int] = {}

    def enter(self, key: str, limit: int) -> bool:
        """Let one more in if fewer than `limit` are inside; tell whether it is in."""
        inside = self._inside.get(key, 0)
        if inside >= limit:
            return False
        self._inside[key] = inside + 1
        return True

    def leave(self, key: str) -> None:
        """Let out one that is inside."""
        inside = self._inside[key] - 1
        if inside:
            self._inside[key] = inside
        else:
            del self._inside[key]

    def inside(self, key: str) -> int:
        """Return how many are inside."""
        return self._inside.get(key, 0)
