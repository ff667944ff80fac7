"""Usage as providers report it, made sense of."""

from __future__ import annotations

import msgspec

from headgate.model.usage import TokenUsage

_ABSURD = 2**31
"""No count reaches this; one that does is a fault of the provider."""


class PromptDetails(msgspec.Struct):
    """`prompt_tokens_details`."""

    cached_tokens: int | None = None


class CompletionDetails(msgspec.Struct):
    """`completion_tokens_details`."""

    reasoning_tokens: int | None = None


class Usage(msgspec.Struct):
    """`usage` in the spelling of OpenAI and of those who follow it."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    prompt_tokens_details: PromptDetails | None = None
    completion_tokens_details: CompletionDetails | None = None


def token_usage(usage: Usage, model: str) -> TokenUsage | None:
    """Return what a provider reported; None if it makes no sense or says that nothing was used.

    A prompt that is not reported is what the total leaves beside the completion.
    """
    output = usage.completion_tokens or 0
    prompt = usage.prompt_tokens
    if prompt is None:
        prompt = (usage.total_tokens or 0) - output
    cached = usage.prompt_tokens_details.cached_tokens if usage.prompt_tokens_details else None
    details = usage.completion_tokens_details
    reasoning = details.reasoning_tokens if details else None
    counts = (prompt, output, cached or 0, reasoning or 0)
    if min(counts) < 0 or max(counts) >= _ABSURD or prompt + output == 0:
        return None
    return TokenUsage(
        input_tokens=prompt,
        output_tokens=output,
        cached_tokens=cached or 0,
        reasoning_tokens=reasoning or 0,
        model=model,
    )
