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
