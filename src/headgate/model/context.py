"""The state of one call, as policies and expressions see it: APIM's `context` (apim.md 8.2).

One object per call, changed in place by the steps of the plan. It lives in the lowest row so that
the expression language can bind its members without knowing who drives the call.
"""

from __future__ import annotations

from typing import Any, Protocol

from headgate.model.clock import Clock, Micros, MonotonicMicros
from headgate.model.entities import Api, Backend, Deployment, Operation, Product, Subscription, User
from headgate.model.errors import LastError
from headgate.model.messages import Request, Response, Url


class Entropy(Protocol):
    """Where randomness comes from; `random.Random` is one. The rim injects it."""

    def getrandbits(self, k: int, /) -> int:
        """Return an integer of `k` random bits."""
        ...


class Context:
    """One call. `variables` hold .NET values in the Python form that `csharp` defines."""

    __slots__ = (
        "api",
        "attempts",
        "backend",
        "base",
        "clock",
        "deployment",
        "entropy",
        "facts",
        "first_token",
        "last_error",
        "operation",
        "owners",
        "product",
        "received",
        "remainder",
        "request",
        "request_id",
        "response",
        "sent",
        "started",
        "subscription",
        "timestamp",
        "tracing",
        "user",
        "variables",
    )

    def __init__(
        self,
        request: Request,
        *,
        clock: Clock,
        request_id: str,
        deployment: Deployment,
        entropy: Entropy | None = None,
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
        self.base: Url | None = None
        """What the request goes to: scheme, host, port and base path; None: nowhere yet."""
        self.remainder = ""
        """The path below the API's path, which is appended to the base path (apim.md 6.4)."""
        self.deployment = deployment
        self.last_error: LastError | None = None
        self.request_id = request_id
        self.clock = clock
        self.entropy = entropy
        """Randomness of expressions; without one they derive it from `request_id`."""
        self.timestamp: Micros = clock.now()
        self.started: MonotonicMicros = clock.monotonic()
        self.attempts = 0
        """How often the request was sent to a backend."""
        self.first_token: MonotonicMicros | None = None
        """When the first byte of the answer's body passed."""
        self.received = 0
        """Bytes of the request's body that came; the rim says so before the call is concluded."""
        self.sent = 0
        """Bytes of the answer's body that left, likewise."""
        self.tracing = False
        self.facts: list[object] = []
        """What happened that telemetry wants to know, published when the call ends."""
        self.owners: dict[type, Any] = {}
        """State that an element or the exchange keeps for the length of this call, by its type."""

    def aim(self, base: Url) -> None:
        """Send the request to another base URL; path below the API and query string stay."""
        self.base = base
        url = self.request.url
        url.scheme, url.host, url.port = base.scheme, base.host, base.port
        url.path = base.path.rstrip("/") + self.remainder

    def rewrite(self, remainder: str) -> None:
        """Replace the path below the base path."""
        self.remainder = remainder
        url = self.request.url
        url.path = (self.base.path.rstrip("/") if self.base else "") + remainder
