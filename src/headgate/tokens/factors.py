"""How far an estimate is off for a model without a public tokenizer, learned from what it reports.

Claude and Gemini have no public vocabulary (tokens.md 1.1): their prompts are counted with o200k
and scaled by what earlier answers reported. The same observations give the same factors.
"""

from __future__ import annotations

from headgate.tokens.models import has_public_tokenizer

MODELS_MAX = 1024
MEMORY = 1_000_000
"""Estimated tokens after which older observations weigh half."""
PRIOR = 2_000
"""Tokens that an unknown model is believed to have been estimated rightly."""
FURTHEST = 4
"""No single observation and no factor is beyond this, either way."""


class LearnedFactors:
    """Factors by model; those not used for longest are forgotten first."""

    __slots__ = ("_sums",)

    def __init__(self) -> None:
        self._sums: dict[str, tuple[int, int]] = {}

    def observe(self, model: str, estimated: int, *, reported: int) -> None:
        """Learn from one prompt: its estimate without a factor, and what the provider counted.

        Leave out prompts with images, whose estimate is not of their text.
        """
        if estimated <= 0 or reported <= 0 or has_public_tokenizer(model):
            return
        reported = min(max(reported, -(-estimated // FURTHEST)), estimated * FURTHEST)
        before = self._sums.pop(model, (PRIOR, PRIOR))
        total, told = before[0] + estimated, before[1] + reported
        while total > MEMORY:
            total, told = -(-total // 2), -(-told // 2)
        self._sums[model] = (total, told)
        if len(self._sums) > MODELS_MAX:
            del self._sums[next(iter(self._sums))]

    def factor(self, model: str) -> float:
        """Return by what an estimate is to be multiplied; 1 for a model never seen."""
        total, told = self._sums.get(model, (1, 1))
        return told / total

    def scaled(self, model: str, estimated: int) -> int:
        """Return an estimate with the factor of its model, rounded up."""
        if model not in self._sums:
            return estimated
        total, told = self._sums[model]
        return -(-estimated * told // total)
