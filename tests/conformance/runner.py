"""Runs the cases of this folder: tests of single documents, as `headgate test` runs them."""

from __future__ import annotations

from pathlib import Path

import msgspec
import yaml
from msgspec import UNSET

from headgate.cli.assembly import assemble
from headgate.rehearsal.calls import serve_all
from headgate.rehearsal.fixture import SUBSCRIPTION, service_of, settings_of
from headgate.rehearsal.outcome import Outcome
from headgate.rehearsal.script import Script
from headgate.rehearsal.world import World
from headgate.settings.gateway import GatewaySettings

DOCUMENT = "policy.xml"


def load_case(folder: Path) -> Script:
    """Read the case of a folder. Raises ValueError that names the file."""
    file = folder / "case.yaml"
    try:
        script = msgspec.convert(yaml.safe_load(file.read_text("utf-8")), Script)
    except (msgspec.ValidationError, yaml.YAMLError) as error:
        raise ValueError(f"{file}: {error}") from error
    if script.expect is UNSET or len(script.expect) != len(script.requests):
        raise ValueError(f"{file}: one `expect` for each of {len(script.requests)} requests")
    return script


def perform(script: Script, folder: Path) -> list[Outcome]:
    """Run a test of the documents in a folder."""
    if script.subscription is UNSET:
        script = msgspec.structs.replace(script, subscription=SUBSCRIPTION)
    service = service_of(script, folder, document=DOCUMENT)
    make, found = assemble(service, settings_of(script.settings, GatewaySettings()))
    assert make is not None, "\n".join(map(str, found))
    return serve_all(World(script, service, snapshot=make()))
