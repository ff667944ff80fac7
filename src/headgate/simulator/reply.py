"""What the pure part hands to the sockets: the steps of an answer and how they leave."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto

import msgspec

from headgate.simulator.ledger import Entry

Headers = list[tuple[str, str]]
Step = tuple[bytes, int]
"""Bytes that leave together, and the completion tokens in them that a caller sees."""


class Ending(Enum):
    """What follows the last step."""

    WHOLE = auto()
    RESET = auto()
    """The connection is reset."""
    SILENCE = auto()
    """Nothing more comes until the caller leaves."""


class Reply(msgspec.Struct, kw_only=True):
    """One answer. Times are in seconds."""

    status: int
    headers: Headers
    steps: Iterator[Step]
    length: int | None
    """Bytes of a body that is one step; None: chunks, or the connection's end, frame it."""
    token_steps: int = 0
    """How many steps of a stream carry tokens; they come first."""
    has_head: bool = True
    """False: nothing is sent, the ending comes at once."""
    delay: float = 0.0
    """From the request to head and first step."""
    pace: float = 0.0
    """From each step to the next."""
    head_pause: float = 0.0
    """From the status line to the rest of the head."""
    ending: Ending = Ending.WHOLE
    close_delimited: bool = False
    entry: Entry | None = None
    """Where to count; None: an answer about the ledger itself."""


def document(
    body: bytes,
    headers: Headers | None = None,
    *,
    status: int = 200,
    tokens: int = 0,
    media_type: str = "application/json",
) -> Reply:
    """Return a reply that is one document, mostly JSON, with so many completion tokens."""
    headers = [("content-type", media_type), *(headers or ())]
    steps = iter([(body, tokens)])
    return Reply(status=status, headers=headers, steps=steps, length=len(body))


def stream(
    steps: Iterator[Step], *, token_steps: int, media_type: str = "text/event-stream; charset=utf-8"
) -> Reply:
    """Return a reply that comes step by step, mostly server-sent events."""
    headers = [("content-type", media_type), ("cache-control", "no-cache")]
    return Reply(status=200, headers=headers, steps=steps, length=None, token_steps=token_steps)


def event(name: str, data: bytes) -> bytes:
    """Return a server-sent event that has a name."""
    return b"event: %b\ndata: %b\n\n" % (name.encode(), data)
