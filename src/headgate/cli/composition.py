"""Makes a snapshot of a service folder: the one place that knows how all parts fit together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from headgate.cli.compiling import CompiledService, PlanMaker, compile_service
from headgate.exchange.snapshot import Snapshot
from headgate.exchange.tracing import Tracer
from headgate.identity.subscriptions import KeyRing
from headgate.limits.concurrency import Gates
from headgate.model.clock import SECOND
from headgate.model.diagnostic import Diagnostic
from headgate.model.entities import Service
from headgate.model.messages import Url
from headgate.policy.backends import Backends
from headgate.policy.elements import discover
from headgate.policy.metering import Learned, TokenTerms
from headgate.policy.tracing import Tracing
from headgate.routing.router import Router
from headgate.settings.apis import declared_dialect
from headgate.settings.folder import load_service
from headgate.settings.gateway import GatewaySettings
from headgate.settings.models import completion_caps, price_table
from headgate.stores.similar import numpy


class Composition(msgspec.Struct, frozen=True, kw_only=True):
    """A folder, read and compiled: a snapshot, or diagnostics of which one is an error."""

    snapshot: Snapshot | None
    settings: GatewaySettings
    diagnostics: list[Diagnostic]
    watched: tuple[Path, ...]
    """What it was made of: when one of these changes, compose again."""
    origins: frozenset[tuple[str, int]] = frozenset()
    """Host and port of every URL that the folder names as a target."""


def compose(
    folder: Path,
    *,
    number: int,
    secret: bytes,
    environment: Mapping[str, str] | None = None,
    allow_unsupported: bool = False,
    previous: Snapshot | None = None,
) -> Composition:
    """Read a service folder and compile all of it, as snapshot `number`.

    `secret` is what keys are looked up by: 16 to 32 random bytes of this process. What the
    `previous` snapshot has learned from answers, its circuit breakers and its gates go on in this
    one. `allow_unsupported`: an element that does not exist here is a warning, a 501 when reached.
    """
    loaded = load_service(folder, environment=environment)
    diagnostics = list(loaded.diagnostics)
    snapshot = None
    if loaded.service is not None:
        service = msgspec.structs.replace(loaded.service, allow_unsupported=allow_unsupported)
        compiled, found = compile_service(service, discover())
        diagnostics += found
        if compiled is not None:
            warm_up(compiled)
            learned = previous.terms.learned if previous is not None else Learned()
            snapshot = make_snapshot(
                service,
                compiled,
                number=number,
                secret=secret,
                terms=token_terms(service, loaded.settings, learned=learned),
                previous=previous,
            )
            if loaded.settings.tracing:
                tracer = tracer_of(service, secret)
                snapshot = msgspec.structs.replace(snapshot, tracer=tracer)
    return Composition(
        snapshot=snapshot,
        settings=loaded.settings,
        diagnostics=diagnostics,
        watched=loaded.watched,
        origins=origins(loaded.service) if loaded.service is not None else frozenset(),
    )


def warm_up(compiled: CompiledService) -> None:
    """Load what plans will need and what takes long to load, before a call has to wait for it."""
    plans = compiled.plans.values()
    steps = (step for plan in plans for step in (*plan.inbound.steps, *plan.outbound.steps))
    if any("semantic-cache" in step.source for step in steps):
        numpy()


def origins(service: Service) -> frozenset[tuple[str, int]]:
    """Return host and port of every service URL and backend."""
    texts = [api.service_url for api in service.apis] + [b.url for b in service.backends]
    urls = [Url.parse(text) for text in texts if text]
    return frozenset((url.host, url.port) for url in urls)


def tracer_of(service: Service, secret: bytes) -> Tracer:
    """Return what traces calls of a service that has been compiled before without a finding."""
    secrets = [value.value for value in service.named_values if value.secret]
    for backend in service.backends:
        fixed = backend.credentials.authorization
        values = [text for _, texts in backend.credentials.header for text in texts]
        values += [text for _, texts in backend.credentials.query for text in texts]
        secrets += values if fixed is None else [*values, fixed.parameter]
    plans = PlanMaker(service, discover(), instrument=Tracing())
    return Tracer(plans.plan, secret=secret, secrets=tuple(secrets))


def token_terms(service: Service, settings: GatewaySettings, *, learned: Learned) -> TokenTerms:
    """Return how the service wants its tokens to be limited."""
    return TokenTerms(
        admission=settings.admission,
        overrun=settings.overrun,
        strict_max_completion=settings.strict_max_completion,
        ask_for_usage=settings.ask_for_usage,
        hold_lifetime=int(settings.hold_lifetime * SECOND),
        prices=price_table(settings.models) if settings.models else None,
        completion_caps=completion_caps(settings.models),
        declared={
            api.id: declared_dialect(api.id, api.usage_paths)
            for api in service.apis
            if api.usage_paths is not None
        },
        learned=learned,
    )


def make_snapshot(
    service: Service,
    compiled: CompiledService,
    *,
    terms: TokenTerms,
    number: int,
    secret: bytes,
    previous: Snapshot | None = None,
) -> Snapshot:
    """Return what serves, from parts that have been checked, and what served `previous`ly."""
    return Snapshot(
        number=number,
        router=Router(service.apis),
        doorkeeper=KeyRing(
            apis=service.apis,
            products=service.products,
            subscriptions=service.subscriptions,
            secret=secret,
        ),
        plans=compiled.plans,
        unrouted=compiled.unrouted,
        service_urls={
            api.id: Url.parse(api.service_url) for api in service.apis if api.service_url
        },
        users={user.id: user for user in service.users},
        deployment=service.deployment,
        terms=terms,
        backends=Backends(service.backends, previous=previous.backends if previous else None),
        gates=previous.gates if previous else Gates(),
    )
