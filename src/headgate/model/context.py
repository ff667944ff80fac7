"""The state of one call, as policies and expressions see it: APIM's `context` (apim.md 8.2).

One object per call, changed in place by the steps of the plan. It lives in the lowest row so that
the expression language can bind its members without knowing who drives the call.
"""

from __future__ import annotations

from typing import Any

from headgate.model.clock import Clock, Micros, MonotonicMicros
from headgate.model.entities import Api, Backend, Deployment, Operation, Product, Subscription, User
from headgate.model.errors import LastError
from headgate.model.messages import Request, Response


class Context:
    """One call. `variables` hold .NET values in the Python form that `csharp` defines."""

    __slots__ = (
        "api",
        "backend",
        "base_url",
        "clock",
        "deployment",
        "facts",
        "last_error",
        "operation",
        "owners",
        "product",
        "request",
        "request_id",
        "response",
        "started",
        "subscription",
        "timestamp",
        "tracing",
        "user",
        "variables",
    )

    def __init__(
        self, request: Request, *, clock: Clock, request_id: str, deployment: Deployment
    ) -> None:
        self.request = request
        self.response: Response | None = None
        self.variables: dict[str, Any] = {}
        self.api: Api | None = None
        self.operation: Operation | None = None
        self.product: Product | None = None
        self.subscription: Subscription | None = None
        self.user: User | None = None
        self.backend: Backend | None = None
        """The backend entity that the request will go to, where one was chosen by id."""
        self.base_url: str | None = None
        """The base URL that the request will go to, where no entity was chosen."""
        self.deployment = deployment
        self.last_error: LastError | None = None
        self.request_id = request_id
        self.clock = clock
        self.timestamp: Micros = clock.now()
        self.started: MonotonicMicros = clock.monotonic()
        self.tracing = False
        self.facts: list[object] = []
        """What happened that telemetry wants to know, published when the call ends."""
        self.owners: dict[type, Any] = {}
        """State that an element or the exchange keeps for the length of this call, by its type."""
