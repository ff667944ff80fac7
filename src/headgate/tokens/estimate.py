"""Estimating prompts before a model counts them (apim.md 1.5)."""

from __future__ import annotations

from collections.abc import Callable

from headgate.tokens.prompt import PromptParts

IMAGE_TOKENS = 1200
"""What APIM counts for an image when it estimates."""

_REPLY = 3
"""The frame of a reply, which is counted even for a request without messages."""


def fixed_tokens(parts: PromptParts) -> int:
    """Return the tokens that are known without counting any text."""
    return parts.overhead + parts.token_count + IMAGE_TOKENS * parts.images


def estimate_prompt(parts: PromptParts, count: Callable[[str], int]) -> int:
    """Return the estimated prompt tokens, with the given tokenizer's count of one text."""
    return fixed_tokens(parts) + sum(map(count, parts.texts))


def upper_bound(body: bytes) -> int:
    """Return a number that no estimate of this request body exceeds, without decoding it.

    No vocabulary has a token shorter than a byte, and all framing costs fewer tokens than the
    JSON around it has bytes. Images are the exception: each needs the word `image`, of which a
    caller may write letters as escapes.
    """
    return _REPLY + len(body) + IMAGE_TOKENS * (body.count(b"image") + body.count(b"\\u006"))
