"""How long the completions of a route are: what a call holds while nobody knows its answer.

A hold is the least of the client's cap, the 90th percentile of the route's latest completions and
the model's cap. Until twenty completions are known it is the caps alone (design: limits, section
2). The ledger clamps it to what a limit can ever leave.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Hashable

HOLD_DEFAULT = 1024
"""Tokens held for one choice where neither a cap nor a sample is known."""

SAMPLES_MIN = 20
SAMPLES_MAX = 128
ROUTES_MAX = 1024
"""Routes kept at once, two kilobytes each; the one that answered longest ago makes room."""

_TOKENS_MAX = 2**62


class _Samples:
    """The latest completions of one route, in the order of their time and of their size."""

    __slots__ = ("by_size", "by_time")

    def __init__(self) -> None:
        self.by_time: deque[int] = deque()
        self.by_size = array("q")

    def add(self, tokens: int) -> None:
        """Take up a sample; the oldest leaves when there are too many."""
        if len(self.by_time) == SAMPLES_MAX:
            del self.by_size[bisect_left(self.by_size, self.by_time.popleft())]
        self.by_time.append(tokens)
        insort(self.by_size, tokens)

    def percentile_90(self) -> int | None:
        """Return the least sample that nine in ten do not exceed; None: there are too few."""
        number = len(self.by_size)
        if number < SAMPLES_MIN:
            return None
        return self.by_size[-(-number * 9 // 10) - 1]


class Completions:
    """What was learned of all routes, owned by one gateway. Deterministic, bounded, no clock."""

    __slots__ = ("_routes",)

    def __init__(self) -> None:
        self._routes: dict[Hashable, _Samples] = {}

    def observe(self, route: Hashable, tokens: int, *, choices: int = 1, cut: bool = False) -> None:
        """Learn from an answer: its completion tokens, all choices together.

        `cut` says that it ended with `length`: how long it would have been is not known.
        """
        if cut:
            return
        samples = self._routes.pop(route, None)
        if samples is None:
            samples = _Samples()
            if len(self._routes) >= ROUTES_MAX:
                del self._routes[next(iter(self._routes))]
        self._routes[route] = samples
        samples.add(min(-(-tokens // choices), _TOKENS_MAX))

    def hold(
        self, route: Hashable, *, cap: int | None, model_cap: int | None = None, choices: int = 1
    ) -> int:
        """Return the completion tokens to hold for all choices of a call, at least 1 each.

        `cap` is the client's, for one choice; `model_cap` what the model can complete at most.
        """
        samples = self._routes.get(route)
        learned = None if samples is None else samples.percentile_90()
        least = cap
        if model_cap is not None and (least is None or model_cap < least):
            least = model_cap
        if learned is not None and (least is None or learned < least):
            least = learned
        if least is None:
            least = HOLD_DEFAULT
        return (least if least > 1 else 1) * choices
