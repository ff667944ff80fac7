"""Vectors for texts: words hashed into dimensions, so that texts with common words lie close."""

from __future__ import annotations

from base64 import b64encode
from hashlib import blake2b
from math import sqrt
from struct import pack

DIMENSIONS = 1536
DIMENSIONS_MAX = 8192
_FEATURES = 8
"""Dimensions that one word touches."""


def vector(item: str | list[int], dimensions: int) -> list[float]:
    """Return a vector of length 1; the same text has the same one, whatever the seed."""
    words = item.lower().split() if isinstance(item, str) else [str(token) for token in item]
    values = [0.0] * dimensions
    for word in words:
        digest = blake2b(word.encode(), digest_size=4 * _FEATURES).digest()
        for at in range(0, len(digest), 4):
            number = int.from_bytes(digest[at : at + 4], "big")
            values[(number >> 1) % dimensions] += 1.0 if number & 1 else -1.0
    length = sqrt(sum(value * value for value in values))
    if not length:
        return [1.0, *values[1:]]
    return [value / length for value in values]


def base64_floats(values: list[float]) -> str:
    """Return a vector as `encoding_format: base64` has it: little-endian 32-bit floats."""
    return b64encode(pack(f"<{len(values)}f", *values)).decode()
