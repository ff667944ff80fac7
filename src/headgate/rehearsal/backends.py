"""The backends of a test: services, pools and circuit breakers, with durations in seconds."""

from __future__ import annotations

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
