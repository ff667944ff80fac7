"""JSON that came from outside, read within bounds: the event loop waits for it."""

from __future__ import annotations

from typing import Any

import orjson

SIZE_MAX = 1 << 19
"""Bytes of a body."""
BRACKETS_MAX = 20_000
"""Opening brackets anywhere in a body, which bound the work of reading it."""


class JsonRefused(Exception):
    """A body is no JSON, or out of bounds; the message says which."""


def read_json(content: bytes) -> Any:
    """Return the value of a body. Raises JsonRefused."""
    if len(content) > SIZE_MAX:
        raise JsonRefused(f"The JSON is {len(content)} bytes long; {SIZE_MAX} are the most.")
    if content.count(b"[") + content.count(b"{") > BRACKETS_MAX:
        raise JsonRefused(f"The JSON has more than {BRACKETS_MAX} objects and arrays.")
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise JsonRefused(f"The body is not JSON: {error}") from error
