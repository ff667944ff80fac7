"""What the pure part hands to the sockets: the steps of an answer and how they leave."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto

import msgspec

from headgate.simulator.answers import Step
from headgate.simulator.ledger import Entry

Headers = list[tuple[str, str]]


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


def document(body: bytes, headers: Headers, *, status: int = 200, tokens: int = 0) -> Reply:
    """Return a reply that is one JSON document with so many completion tokens."""
    headers = [("content-type", "application/json"), *headers]
    steps = iter([(body, tokens)])
    return Reply(status=status, headers=headers, steps=steps, length=len(body))


def event_stream(steps: Iterator[Step], headers: Headers, *, token_steps: int) -> Reply:
    """Return a reply that is a stream of server-sent events."""
    headers = [
        ("content-type", "text/event-stream; charset=utf-8"),
        ("cache-control", "no-cache"),
        *headers,
    ]
    return Reply(status=200, headers=headers, steps=steps, length=None, token_steps=token_steps)
