"""What holds between the fields of one element."""

from __future__ import annotations

from collections.abc import Callable, Set

import msgspec


class Constraint(msgspec.Struct, frozen=True):
    """A rule over which fields a document gives. Fields are named by their Python names."""

    keys: tuple[str, ...]
    rule: str
    """The rule in words, with `{names}` for the fields as documents name them."""
    holds: Callable[[int, int], bool]
    """Takes how many of the fields are given, and how many there are."""

    def broken(self, present: Set[str]) -> bool:
        """Tell whether the fields that are given break the rule."""
        return not self.holds(sum(key in present for key in self.keys), len(self.keys))

    def sentence(self, names: dict[str, str]) -> str:
        """Return the rule as a sentence; `names` gives document names by Python names."""
        listed = ", ".join(f"`{names[key]}`" for key in self.keys)
        return self.rule.format(names=listed)


def at_least_one(*keys: str) -> Constraint:
    """One or more of the fields has to be given."""
    return Constraint(keys, "At least one of {names} is required.", lambda given, _: given >= 1)


def exactly_one(*keys: str) -> Constraint:
    """One of the fields has to be given, and no other."""
    return Constraint(keys, "Exactly one of {names} is required.", lambda given, _: given == 1)


def at_most_one(*keys: str) -> Constraint:
    """The fields exclude each other."""
    return Constraint(keys, "At most one of {names} may be given.", lambda given, _: given <= 1)


def together(*keys: str) -> Constraint:
    """The fields are given all or not at all."""
    rule = "{names} are given together or not at all."
    return Constraint(keys, rule, lambda given, total: given in (0, total))
