"""Usage as providers report it, made sense of."""

from __future__ import annotations

from operator import attrgetter

import msgspec

from headgate.model.usage import TokenUsage

_ABSURD = 2**31
"""No count reaches this; one that does is a fault of the provider."""


class PromptDetails(msgspec.Struct):
    """`prompt_tokens_details`, `input_tokens_details`, and `input_token_details` of audio."""

    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    audio_tokens: int | None = None
    image_tokens: int | None = None


class CompletionDetails(msgspec.Struct):
    """`completion_tokens_details` or `output_tokens_details`."""

    reasoning_tokens: int | None = None
    audio_tokens: int | None = None
    image_tokens: int | None = None


class Usage(msgspec.Struct):
    """`usage` in the two spellings of OpenAI: chat and older, and responses, images and audio."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    prompt_tokens_details: PromptDetails | None = None
    completion_tokens_details: CompletionDetails | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    input_tokens_details: PromptDetails | None = None
    input_token_details: PromptDetails | None = None
    output_tokens_details: CompletionDetails | None = None


_COUNTS = attrgetter(
    "input_tokens",
    "output_tokens",
    "cached_tokens",
    "cache_write_tokens",
    "audio_input_tokens",
    "image_input_tokens",
    "reasoning_tokens",
    "audio_output_tokens",
    "image_output_tokens",
)
_NO_PROMPT = PromptDetails()
_NO_COMPLETION = CompletionDetails()


def token_usage(usage: Usage, model: str) -> TokenUsage | None:
    """Return what a provider reported; None if it makes no sense or says that nothing was used.

    A prompt that is not reported is what the total leaves beside the completion.
    """
    output = usage.completion_tokens
    if output is None:
        output = usage.output_tokens or 0
    prompt = usage.prompt_tokens
    if prompt is None:
        prompt = usage.input_tokens
    if prompt is None:
        prompt = (usage.total_tokens or 0) - output
    read = usage.prompt_tokens_details or usage.input_tokens_details or usage.input_token_details
    made = usage.completion_tokens_details or usage.output_tokens_details
    if read is None and made is None:
        return sound(TokenUsage(input_tokens=prompt, output_tokens=output, model=model))
    read, made = read or _NO_PROMPT, made or _NO_COMPLETION
    return sound(
        TokenUsage(
            input_tokens=prompt,
            output_tokens=output,
            cached_tokens=read.cached_tokens or 0,
            cache_write_tokens=read.cache_write_tokens or 0,
            audio_input_tokens=read.audio_tokens or 0,
            image_input_tokens=read.image_tokens or 0,
            reasoning_tokens=made.reasoning_tokens or 0,
            audio_output_tokens=made.audio_tokens or 0,
            image_output_tokens=made.image_tokens or 0,
            model=model,
        )
    )


def sound(usage: TokenUsage) -> TokenUsage | None:
    """Return a report if its counts can be true, None if not or if it says nothing was used."""
    counts = _COUNTS(usage)
    if min(counts) < 0 or max(counts) >= _ABSURD or not (counts[0] or counts[1]):
        return None
    return usage
