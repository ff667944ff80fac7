"""What is known of models, by their names or by patterns."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Generic, TypeVar

T = TypeVar("T")

_CACHED_MAX = 4096
_NAME_MAX = 200
"""Characters of a name that is remembered; answers may name anything."""
_WILD = frozenset("*?[")


class ByModel(Generic[T]):
    """A table by model.

    A name stands for itself, one with `*`, `?` or `[…]` for all that match. The exact name decides
    first, then the pattern with the most other characters, then the earlier one.
    """

    __slots__ = ("_exact", "_found", "_patterns")

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        self._exact: dict[str, T] = {}
        patterns: list[tuple[str, T]] = []
        for name, known in entries:
            if _WILD.isdisjoint(name):
                self._exact[name] = known
            else:
                patterns.append((name, known))
        self._patterns = sorted(patterns, key=lambda entry: -_literal(entry[0]))
        self._found: dict[str, T | None] = {}

    def find(self, model: str) -> T | None:
        """Return what is known of a model, or None."""
        if len(model) > _NAME_MAX:
            return self._look(model)
        if model not in self._found:
            if len(self._found) >= _CACHED_MAX:
                self._found.clear()
            self._found[model] = self._look(model)
        return self._found[model]

    def _look(self, model: str) -> T | None:
        known = self._exact.get(model)
        if known is not None:
            return known
        matching = (known for name, known in self._patterns if fnmatchcase(model, name))
        return next(matching, None)


def _literal(pattern: str) -> int:
    return sum(letter not in "*?[]" for letter in pattern)
