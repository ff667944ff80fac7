"""What happened during a call that telemetry and traces want to know; collected in `Context.facts`.

Elements and expressions append facts; nobody in the core reads them.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from headgate.model.usage import TokenUsage


class TraceMessage(msgspec.Struct, frozen=True):
    """An expression called `context.Trace(message)` (apim.md 8.2)."""

    message: str


class TraceEntry(msgspec.Struct, frozen=True):
    """The trace policy wrote an entry (apim.md 9.9)."""

    source: str
    severity: str
    message: str
    metadata: tuple[tuple[str, str], ...] = ()


class EventLogged(msgspec.Struct, frozen=True):
    """A policy sent a message to a logger (apim.md 9.8)."""

    logger: str
    message: str
    partition: str | None = None
    """The partition id or key that the policy names."""


class MetricEmitted(msgspec.Struct, frozen=True):
    """A metric policy emitted one value (apim.md section 3)."""

    namespace: str
    name: str
    value: float
    dimensions: tuple[tuple[str, str], ...]


class TokensMetered(msgspec.Struct, frozen=True):
    """A call that token policies watched has ended, and this is what it used."""

    usage: TokenUsage
    dialect: str
    charged: bool
    """Whether a limit was charged with it; a metric alone charges nothing."""
    cost: int | None = None
    """Billionths of the currency's unit; None: the model has no price."""
    debt: int = 0
    """Tokens beyond what was charged and held when the call was admitted."""


class CacheAsked(msgspec.Struct, frozen=True):
    """A policy looked for an answer in a cache."""

    element: str
    """Its name in the document."""
    outcome: Literal["hit", "miss", "skipped", "failed"]
    """Skipped: the request is none that is answered from a cache. Failed: it could not be told."""
    detail: str = ""
    """Why it was skipped, or failed."""


class BreakerTurned(msgspec.Struct, frozen=True):
    """A circuit breaker opened, or closed after its trial call went well (apim.md 6.2)."""

    backend: str
    """Id of the backend."""
    opened_for: int
    """Microseconds; 0: it closed."""
