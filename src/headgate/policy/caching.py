"""What the elements that cache values have in common (apim.md 4.4)."""

from __future__ import annotations

from typing import Literal

CachingType = Literal["internal", "external", "prefer-external"]
"""Which of Azure's caches is meant; a gateway has one, and it serves for all of them."""

CACHING_TYPE = "Which of Azure's caches is meant. There is one cache, and it serves for all."


def value_key(key: str) -> str:
    """Return the key of a value in the cache, where no key of an answer can be the same."""
    return f"value:{key}"
