"""Whose turn it is in a pool of backends (apim.md 6.3).

Smooth weighted round robin: shares are exact after every round and a heavy member's turns are
spread over it, where drawing lots would be off by several per cent after thousands of calls. Each
process begins at a random point of the round, so that many that start together do not all send
their first calls to the same member.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence

from headgate.model.context import Entropy
from headgate.model.entities import PoolMember

PHASE_BITS = 32


class Balance:
    """The turns of one pool's members in this process; members are known by their index."""

    __slots__ = ("_begun", "_credits", "_groups", "_weights")

    def __init__(self, members: Sequence[PoolMember]) -> None:
        self._weights = [member.weight for member in members]
        self._credits = [0] * len(members)
        """How far each is behind its share: calls times the sum of weights."""
        priorities = sorted({member.priority for member in members})
        self._groups = [
            [index for index, member in enumerate(members) if member.priority == priority]
            for priority in priorities
        ]
        self._begun = False

    def choose(
        self,
        is_available: Callable[[int], bool],
        *,
        tried: Container[int] = (),
        entropy: Entropy | None = None,
    ) -> int | None:
        """Return whose turn it is in the first group that has somebody; None: nobody is there.

        Members that were tried before come last in their group; another group does not take over
        for them, because only breakers take a member out.
        """
        if not self._begun:
            self._begin(entropy)
        for group in self._groups:
            available = [index for index in group if is_available(index)]
            if available:
                fresh = [index for index in available if index not in tried]
                return self._next(fresh or available)
        return None

    def _begin(self, entropy: Entropy | None) -> None:
        """Go to a random point of each group's round: at most 3,000 turns by Azure's bounds."""
        self._begun = True
        if entropy is not None:
            for group in self._groups:
                turns = max(1, sum(self._weights[index] for index in group))
                for _ in range(entropy.getrandbits(PHASE_BITS) % turns):
                    self._next(group)

    def _next(self, candidates: list[int]) -> int:
        """Return the candidate that is furthest behind, and charge it with the call."""
        weights, behind = self._weights, self._credits
        total = sum(weights[index] for index in candidates)
        if not total:
            # Nobody here has a weight, so all have the same.
            weights, total = [1] * len(weights), len(candidates)
        for index in candidates:
            behind[index] += weights[index]
        chosen = max(candidates, key=behind.__getitem__)
        behind[chosen] -= total
        return chosen
