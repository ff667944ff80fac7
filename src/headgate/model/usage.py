"""How many tokens one answer used, by type, and how that is known."""

from __future__ import annotations

import msgspec


class TokenUsage(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens of one answer.

    `input_tokens` counts the whole prompt and `output_tokens` the whole completion; the detail
    fields say how much of those was cached or reasoning and are never added again.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    model: str = ""
    reported: bool = True
    """True: the provider said so. False: the gateway estimated it."""

    @property
    def total_tokens(self) -> int:
        """Return what a limit is charged: prompt plus completion (apim.md 1.5)."""
        return self.input_tokens + self.output_tokens
