"""What a request puts into a prompt, before anybody counts it."""

from __future__ import annotations

import msgspec

_NOT_PROMPT = frozenset({"type", "id", "data", "file_data"})
"""Members of nested values that are labels or binary payloads, which a model does not read."""


class RequestUnreadable(Exception):
    """A request body that cannot be metered; answer 400 with this message."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class PromptParts(msgspec.Struct):
    """The prompt of one request, taken apart so that its tokens can be estimated."""

    texts: list[str] = msgspec.field(default_factory=list)
    """To be counted by a tokenizer, each on its own."""
    overhead: int = 0
    """Tokens of framing: 3 a message and the like (tokens.md 1.5)."""
    images: int = 0
    pictures: list[dict[str, object]] = msgspec.field(default_factory=list)
    """Those of the images that stand in the body with what is said of them, as decoded."""
    token_count: int = 0
    """Tokens that came as integers and need no counting."""

    def add(self, value: object) -> None:
        """Add every string and image of a JSON value.

        Walks with a list instead of recursion: how deep a value nests is the caller's choice.
        """
        waiting = [value]
        while waiting:
            item = waiting.pop()
            if isinstance(item, str):
                self.texts.append(item)
            elif isinstance(item, list):
                waiting.extend(reversed(item))
            elif isinstance(item, dict):
                kind = item.get("type")
                if isinstance(kind, str) and "image" in kind:
                    self.images += 1
                    self.pictures.append(item)
                else:
                    waiting.extend(v for k, v in reversed(item.items()) if k not in _NOT_PROMPT)
