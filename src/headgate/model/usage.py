"""How many tokens one answer used, by type, and how that is known."""

from __future__ import annotations

from typing import Literal

import msgspec

Basis = Literal["reported", "estimated", "unreadable"]


class TokenUsage(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens of one answer, or of all answers of one call.

    One convention for all providers: `input_tokens` counts the whole prompt, what came from a
    cache or was written to one included, and `output_tokens` the whole completion, reasoning
    included. The detail fields say how much of those was what, and are never added again.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    """Of the prompt: read from the provider's cache."""
    cache_write_tokens: int = 0
    """Of the prompt: written to the provider's cache."""
    audio_input_tokens: int = 0
    image_input_tokens: int = 0
    reasoning_tokens: int = 0
    """Of the completion: thought before the answer, shown or not."""
    audio_output_tokens: int = 0
    image_output_tokens: int = 0
    audio_seconds: int = 0
    """Length of the audio that was read, where a provider reports that instead of tokens."""
    model: str = ""
    reported: bool = True
    """True: the provider said so. False: the gateway estimated it."""
    readable: bool = True
    """Whether an answer without usage had a shape that its dialect knows."""

    @property
    def total_tokens(self) -> int:
        """Return what a limit is charged: prompt plus completion (apim.md 1.5)."""
        return self.input_tokens + self.output_tokens

    @property
    def basis(self) -> Basis:
        """Return how the numbers are known; an unreadable answer was charged by estimate too."""
        if self.reported:
            return "reported"
        return "estimated" if self.readable else "unreadable"

    def plus(self, other: TokenUsage) -> TokenUsage:
        """Return the sum with a later attempt of the same call, which names the model."""
        return TokenUsage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            cache_write_tokens=self.cache_write_tokens + other.cache_write_tokens,
            audio_input_tokens=self.audio_input_tokens + other.audio_input_tokens,
            image_input_tokens=self.image_input_tokens + other.image_input_tokens,
            reasoning_tokens=self.reasoning_tokens + other.reasoning_tokens,
            audio_output_tokens=self.audio_output_tokens + other.audio_output_tokens,
            image_output_tokens=self.image_output_tokens + other.image_output_tokens,
            audio_seconds=self.audio_seconds + other.audio_seconds,
            model=other.model or self.model,
            reported=self.reported and other.reported,
            readable=self.readable and other.readable,
        )

    def filled_from(self, earlier: TokenUsage) -> TokenUsage:
        """Return this report with what it leaves out taken from an earlier one of the stream.

        Reports of a stream count from its beginning, so the greater count is the later truth.
        Prompt and completion are each taken whole, with their details: two reports never mix.
        """
        prompt = self if self.input_tokens >= earlier.input_tokens else earlier
        completion = self if self.output_tokens >= earlier.output_tokens else earlier
        return msgspec.structs.replace(
            self,
            input_tokens=prompt.input_tokens,
            cached_tokens=prompt.cached_tokens,
            cache_write_tokens=prompt.cache_write_tokens,
            audio_input_tokens=prompt.audio_input_tokens,
            image_input_tokens=prompt.image_input_tokens,
            output_tokens=completion.output_tokens,
            reasoning_tokens=completion.reasoning_tokens,
            audio_output_tokens=completion.audio_output_tokens,
            image_output_tokens=completion.image_output_tokens,
            model=self.model or earlier.model,
        )
