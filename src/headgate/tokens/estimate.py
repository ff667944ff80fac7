"""Estimating prompts before a model counts them (apim.md 1.5)."""

from __future__ import annotations

from collections.abc import Callable

from headgate.tokens.prompt import PromptParts

IMAGE_TOKENS = 1200
"""What APIM counts for an image when it estimates."""

_REPLY = 3
"""The frame of a reply, which is counted even for a request without messages."""
_TOOLS = 346
"""What Anthropic adds for any tools: more than their bytes may pay for."""


def fixed_tokens(parts: PromptParts, *, images: int | None = None) -> int:
    """Return the tokens that are known without counting any text.

    `images` are the tokens of all images, where they are known better than APIM estimates them.
    """
    if images is None:
        images = IMAGE_TOKENS * parts.images
    return parts.overhead + parts.token_count + images


def estimate_prompt(
    parts: PromptParts, count: Callable[[str], int], *, images: int | None = None
) -> int:
    """Return the estimated prompt tokens, with the given tokenizer's count of one text."""
    return fixed_tokens(parts, images=images) + sum(map(count, parts.texts))


def upper_bound(body: bytes, *, image_tokens: int = IMAGE_TOKENS) -> int:
    """Return a number that no estimate of this request body exceeds, without decoding it.

    No vocabulary has a token shorter than a byte, and all framing costs fewer tokens than the
    JSON around it has bytes. Images are the exception: each needs the word `image`, of which a
    caller may write letters as escapes, or is a file of a form. Multiply by a learned factor.
    """
    marks = body.count(b"image") + body.count(b"\\u006") + body.count(b"filename")
    tools = _TOOLS if b"tools" in body or b"\\u00" in body else 0
    return _REPLY + tools + len(body) + image_tokens * marks
