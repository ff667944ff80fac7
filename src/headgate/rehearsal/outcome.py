"""What became of one request of a test."""

from __future__ import annotations

from typing import Any

import msgspec

from headgate.model.context import Context
from headgate.model.errors import Where
from headgate.model.facts import EventLogged, MetricEmitted, TraceEntry, TraceMessage
from headgate.model.messages import Headers, Response


class Sent(msgspec.Struct, frozen=True):
    """A request as a server got it."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None
    backend: str = ""
    """Id of the backend entity that it was forwarded to, else the host."""

    def __str__(self) -> str:
        return f"{self.method} {self.url}"


class Outcome:
    """What the client saw, what servers saw, and what the call left in its context."""

    def __init__(self, request: int = 0, turn: int = 0) -> None:
        self.request = request
        """Which of the test's requests this is, from 0."""
        self.turn = turn
        """Which time of those that it is made, from 0."""
        self.answered: Where | None = None
        """The element that made the answer by ending the call early."""
        self.status = 0
        self.reason = ""
        self.headers: dict[str, str] = {}
        self.body = b""
        self.duration = 0
        """Microseconds from the request to the end of its answer."""
        self.sent: list[Sent] = []
        """What was forwarded."""
        self.errands: list[Sent] = []
        """What the gateway sent of its own."""
        self.variables: dict[str, Any] = {}
        self.last_error: dict[str, Any] | None = None
        self.metrics: list[dict[str, Any]] = []
        self.traces: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        """What was logged by log-to-eventhub."""
        self.unscripted: Sent | None = None
        """The request that no answer of the test was for; the call ended there."""

    def note_head(self, response: Response) -> None:
        """Note what the client sees first."""
        self.status = response.status
        self.reason = response.reason
        self.headers = joined(response.headers)

    def note_context(self, context: Context) -> None:
        """Note what the call has left."""
        self.variables = dict(context.variables)
        if context.last_error is not None:
            error = msgspec.to_builtins(context.last_error)
            self.last_error = {name.replace("_", "-"): value for name, value in error.items()}
        for fact in context.facts:
            if isinstance(fact, MetricEmitted):
                builtin = msgspec.to_builtins(fact)
                self.metrics.append({**builtin, "dimensions": dict(fact.dimensions)})
            elif isinstance(fact, TraceEntry):
                builtin = msgspec.to_builtins(fact)
                self.traces.append({**builtin, "metadata": dict(fact.metadata)})
            elif isinstance(fact, TraceMessage):
                self.traces.append({"message": fact.message})
            elif isinstance(fact, EventLogged):
                self.events.append(msgspec.to_builtins(fact))


def joined(headers: Headers) -> dict[str, str]:
    """Return headers by name, several lines of one joined with commas."""
    return {name: ",".join(headers.values(name)) for name in headers.names()}
