"""Everything that one call reads: numbered, immutable, swapped whole on reload.

A call keeps the snapshot that it began with until it has ended.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from headgate.exchange.tracing import Tracer
from headgate.limits.concurrency import Gates
from headgate.model.access import Doorkeeper
from headgate.model.entities import Deployment, Product, User
from headgate.model.messages import Url
from headgate.policy.backends import Backends
from headgate.policy.metering import TokenTerms
from headgate.policy.plan import Plan
from headgate.routing.router import Router

PlanKey = tuple[str, str, str | None]
"""API id, operation id, product id or None."""


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a service, ready to serve."""

    number: int
    router: Router
    doorkeeper: Doorkeeper
    plans: Mapping[PlanKey, Plan]
    unrouted: Plan
    """The global document, whose on-error runs for a call that matches no operation."""
    service_urls: Mapping[str, Url]
    """By API id; APIs without a service URL are absent."""
    users: Mapping[str, User]
    deployment: Deployment
    terms: TokenTerms
    gates: Gates = msgspec.field(default_factory=Gates)
    """How many calls are where few may be; one object for all snapshots of a process."""
    backends: Backends
    tracer: Tracer | None = None
    """None: no call is traced."""

    def plan(self, api_id: str, operation_id: str, *, product: Product | None) -> Plan:
        """Return the effective document of an operation, product scope included if it applies."""
        return self.plans[api_id, operation_id, product.id if product is not None else None]
