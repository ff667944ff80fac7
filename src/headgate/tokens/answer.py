"""Reading whole JSON answers. Nothing here raises: answers come from outside."""

from __future__ import annotations

from headgate.model.usage import TokenUsage
from headgate.tokens.dialect import Dialect


def read_usage(dialect: Dialect, body: bytes) -> TokenUsage | None:
    """Return the usage that an answer reports, or None if it reports none that makes sense."""
    return dialect.usage(body)


def completion_text(dialect: Dialect, body: bytes) -> str:
    """Return the generated text of an answer, to be counted where usage is missing."""
    return dialect.text(body)


def truncated(dialect: Dialect, body: bytes) -> bool:
    """Tell whether the completion ended at its cap; it is then no sample of natural lengths."""
    return dialect.truncated(body)


def readable(dialect: Dialect, body: bytes) -> bool:
    """Tell whether an answer without usage has a shape that the dialect knows."""
    return dialect.knows(body)


def estimated(
    partial: TokenUsage | None, prompt: int, *, completion: int, model: str, readable: bool
) -> TokenUsage:
    """Return the usage of an answer that reported none at its end, or whose end never came.

    `prompt` and `completion` are the gateway's counts, the latter of the text that passed. What a
    stream reported on its way replaces the estimate of the prompt, and is the least that the
    completion can be.
    """
    guess = TokenUsage(
        input_tokens=0 if partial is not None and partial.input_tokens else prompt,
        output_tokens=completion,
        model=model,
        reported=False,
        readable=readable,
    )
    return guess if partial is None else guess.filled_from(partial)
