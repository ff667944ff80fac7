"""The tokens that an answer reports, by type; each vendor words them in its own way."""

from __future__ import annotations

import msgspec


class Usage(msgspec.Struct, frozen=True):
    """Tokens of one call. The types further down are parts of `prompt` and `completion`."""

    prompt: int
    completion: int
    cached: int = 0
    """Of the prompt, read from the provider's cache."""
    cache_write: int = 0
    """Of the prompt, written to the provider's cache."""
    reasoning: int = 0
    """Of the completion, thought and not shown."""
    audio: int = 0
    """Of the prompt, heard."""

    @property
    def total(self) -> int:
        """Return prompt and completion together."""
        return self.prompt + self.completion

    @property
    def uncached(self) -> int:
        """Return the tokens of the prompt that the cache had no part in."""
        return self.prompt - self.cached - self.cache_write

    @property
    def shown(self) -> int:
        """Return the tokens of the completion that the caller sees."""
        return self.completion - self.reasoning

    def doubled(self) -> Usage:
        """Return twice of everything: a report that is wrong."""
        return Usage(*(2 * number for number in msgspec.structs.astuple(self)))
