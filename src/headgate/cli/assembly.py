"""Assembles services for rehearsals: of the same parts, in the same way, as for `serve`."""

from __future__ import annotations

from collections.abc import Callable

from headgate.cli.compiling import compile_service
from headgate.cli.composition import make_snapshot, token_terms
from headgate.exchange.snapshot import Snapshot
from headgate.model.diagnostic import Diagnostic
from headgate.model.entities import Service
from headgate.policy.elements import discover
from headgate.policy.instrument import Instrument
from headgate.policy.metering import Learned
from headgate.settings.gateway import GatewaySettings

SECRET = bytes(16)
"""What keys are looked up by; nobody but the test knows these keys."""


def assemble(
    service: Service, settings: GatewaySettings, *, instrument: Instrument | None = None
) -> tuple[Callable[[], Snapshot] | None, list[Diagnostic]]:
    """Compile a service; return what makes a fresh snapshot of it, or None, and what was found."""
    compiled, found = compile_service(service, discover(), instrument=instrument)
    if compiled is None:
        return None, found

    def snapshot() -> Snapshot:
        terms = token_terms(service, settings, learned=Learned())
        return make_snapshot(service, compiled, terms=terms, number=1, secret=SECRET)

    return snapshot, found
