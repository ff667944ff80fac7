"""The backends of a test: services, pools and circuit breakers, with durations in seconds."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from headgate.model.clock import SECOND
from headgate.model.entities import (
    Backend,
    BackendCredentials,
    BackendPool,
    CircuitBreaker,
    PoolMember,
)
from headgate.rehearsal.script import BackendForm, BreakerForm


def backends_of(forms: Mapping[str, BackendForm]) -> tuple[Backend, ...]:
    """Return the backends of a test. Raises ValueError for a member that a pool cannot have."""
    singles = {name.lower() for name, form in forms.items() if not form.pool}
    for name, form in forms.items():
        for member in form.pool:
            if member.id.lower() not in singles:
                raise ValueError(
                    f"The pool {name} has no single backend {member.id!r} in the test."
                )
    return tuple(backend_of(name, form) for name, form in forms.items())


def backend_of(name: str, form: BackendForm) -> Backend:
    """Return a backend of a test. Raises ValidationError for credentials of another form."""
    pool = None
    if form.pool:
        pool = BackendPool(
            members=tuple(
                PoolMember(id=member.id, priority=member.priority, weight=member.weight)
                for member in form.pool
            ),
            session_cookie=form.session_cookie,
        )
    return Backend(
        id=name,
        url=form.url,
        credentials=msgspec.convert(form.credentials or {}, BackendCredentials),
        breaker=None if form.breaker is None else breaker_of(form.breaker),
        pool=pool,
    )


def breaker_of(form: BreakerForm) -> CircuitBreaker:
    """Return a circuit breaker; without a percentage it counts."""
    return CircuitBreaker(
        count=form.count if form.percentage is None else None,
        percentage=form.percentage,
        interval=round(form.interval * SECOND),
        statuses=form.statuses,
        reasons=frozenset(reason.lower() for reason in form.reasons),
        trip_duration=round(form.trip * SECOND),
        accept_retry_after=form.accept_retry_after,
    )
