"""Snapshots for tests of what runs inside one."""

from __future__ import annotations

from headgate.exchange.snapshot import PlanKey, Snapshot
from headgate.model.access import Access
from headgate.model.clock import Micros
from headgate.model.entities import Api, Deployment
from headgate.model.messages import Request
from headgate.policy.backends import Backends
from headgate.policy.metering import TokenTerms
from headgate.policy.plan import Block, Plan
from headgate.routing.router import Router


class OpenDoor:
    """A doorkeeper that lets everybody in, in nobody's name."""

    def admit(self, api: Api, request: Request, *, now: Micros) -> Access:
        """Return access without a subscription."""
        return Access()


def empty_plan() -> Plan:
    """Return a plan that does nothing."""
    nothing = Block(())
    return Plan(inbound=nothing, backend=nothing, outbound=nothing, on_error=nothing)


def bare_snapshot(*apis: Api, terms: TokenTerms | None = None) -> Snapshot:
    """Return a snapshot with the given APIs, no keys and empty plans."""
    plans: dict[PlanKey, Plan] = {
        (api.id, operation.id, None): empty_plan() for api in apis for operation in api.operations
    }
    return Snapshot(
        number=1,
        router=Router(apis),
        doorkeeper=OpenDoor(),
        plans=plans,
        unrouted=empty_plan(),
        service_urls={},
        users={},
        deployment=Deployment(),
        terms=terms or TokenTerms(),
        backends=Backends(),
    )
