"""What the gateway needs of a vocabulary."""

from __future__ import annotations

from typing import Protocol


class Tokenizer(Protocol):
    """Counts tokens exactly. Text that looks like a control token counts as ordinary text.

    A call holds the interpreter: bound the text by `headgate.tokenizers.bounded`.
    """

    def count(self, text: str) -> int:
        """Return the number of tokens; raises UnicodeEncodeError for a lone surrogate."""
        ...

    def count_till_limit(self, text: str, limit: int, /) -> int | None:
        """Return the number of tokens, or None as soon as there are more than the limit."""
        ...
