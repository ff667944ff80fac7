"""Runs the cases of this folder: tests of single documents, as `headgate test` runs them."""

from __future__ import annotations

from pathlib import Path

from msgspec import UNSET, structs

from headgate.cli.assembly import assemble
from headgate.rehearsal.calls import schedule
from headgate.rehearsal.fixture import SUBSCRIPTION, service_of, settings_of
from headgate.rehearsal.outcome import Outcome
from headgate.rehearsal.script import Script
from headgate.rehearsal.world import World
from headgate.settings.gateway import GatewaySettings


def perform(script: Script, folder: Path) -> list[Outcome]:
    """Run the requests of a test of the documents in a folder."""
    if script.subscription is UNSET:
        script = structs.replace(script, subscription=SUBSCRIPTION)
    service = service_of(script, folder, document="policy.xml")
    make, found = assemble(service, settings_of(script.settings, GatewaySettings()))
    assert make is not None, "\n".join(map(str, found))
    world = World(script, service, snapshot=make())
    outcomes = schedule(world)
    world.timeline.run()
    return outcomes
