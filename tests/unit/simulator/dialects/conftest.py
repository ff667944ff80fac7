"""Asking a dialect without a server."""

from __future__ import annotations

from typing import Any

import msgspec

from headgate.simulator.behaviour import Behaviour
from headgate.simulator.bodies import Incoming
from headgate.simulator.generation import Ask, Generation, billed
from headgate.simulator.reply import Reply
from headgate.simulator.vendors import Vendor


def incoming(body: object, *, query: dict[str, str] | None = None) -> Incoming:
    """Return a request with a JSON body, or one of the given bytes."""
    data = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return Incoming(method="POST", path="", query=query or {}, headers={}, body=data)


def answer(ask: Ask, *, told: bool = True, **members: Any) -> Reply:
    """Return the answer to a request that wants three tokens; `members` change the behaviour."""
    given = {"completion_tokens": 3, "latency_ms": 0, "pace_ms": 0, "retry_after_ms": 0}
    behaviour = Behaviour(**(given | members))
    extent = ask.extent(behaviour)
    usage = billed(ask.usage("gpt-4o"), behaviour, extent=extent, choices=ask.choices)
    return ask.answer(
        Generation(
            model="m",
            vendor=Vendor.OPENAI,
            order=1,
            created=5,
            start=0,
            extent=extent,
            usage=usage if told else None,
        )
    )


def document_of(reply: Reply) -> Any:
    """Return the JSON of an answer that is not streamed."""
    [(body, _)] = reply.steps
    return msgspec.json.decode(body)


def events_of(reply: Reply) -> list[dict[str, Any]]:
    """Return the data of the events of a stream; names must agree with the types."""
    events = []
    for part in b"".join(data for data, _ in reply.steps).strip().split(b"\n\n"):
        *name, data = part.split(b"\n")
        shown = msgspec.json.decode(data.removeprefix(b"data: "))
        assert name in ([], [b"event: " + shown.get("type", "").encode()])
        events.append(shown)
    return events
