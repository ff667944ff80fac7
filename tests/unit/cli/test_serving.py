from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest

from headgate.cli.composition import compose
from headgate.cli.serving import Certificate, ServeOptions, Serving, report, serve
from headgate.exchange.snapshot import Snapshot
from headgate.gateway.server import GatewayServer
from headgate.model.diagnostic import Diagnostic

SECRET = b"0123456789abcdef"
GOOD = "<policies><inbound /></policies>"
BAD = "<policies><inbound><nothing /></inbound></policies>"


class Gateway:
    """Remembers the snapshots that it was given."""

    def __init__(self) -> None:
        self.swapped: list[Snapshot] = []

    def swap(self, snapshot: Snapshot) -> None:
        self.swapped.append(snapshot)


def folder(tmp_path: Path, policy: str = GOOD) -> Path:
    api = tmp_path / "apis" / "a"
    api.mkdir(parents=True, exist_ok=True)
    (api / "apiInformation.json").write_text('{"properties": {"displayName": "A", "path": "a"}}')
    (tmp_path / "policy.xml").write_text(policy)
    return tmp_path


def serving(place: Path, **options: Any) -> Serving:
    composition = compose(place, number=1, secret=SECRET, environment={})
    assert composition.snapshot is not None, composition.diagnostics
    return Serving(ServeOptions(folder=place, **options), composition, secret=SECRET)


def reloaded(made: Serving) -> Gateway:
    gateway = Gateway()

    async def scenario() -> None:
        await made._reload(cast(GatewayServer, gateway))
        await made._client.aclose()

    asyncio.run(scenario())
    return gateway


def test_a_changed_folder_is_swapped_in_with_the_next_number(tmp_path: Path) -> None:
    gateway = reloaded(serving(folder(tmp_path)))
    assert [snapshot.number for snapshot in gateway.swapped] == [2]


def test_a_broken_folder_is_reported_and_the_old_snapshot_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = serving(folder(tmp_path))
    folder(tmp_path, BAD)
    assert reloaded(made).swapped == []
    said = capsys.readouterr().err
    assert f"error: {tmp_path}/policy.xml:1:20 HG140" in said
    assert "snapshot 1 keeps serving" in said
    assert b"headgate_reload_failed 1.0" in made._metrics.render()


def test_the_command_line_goes_before_the_settings(tmp_path: Path) -> None:
    (tmp_path / "headgate.toml").write_text("[listen]\nport = 1\n[bounds]\nheaders = 7\n")
    made = serving(folder(tmp_path), port=2, tls=Certificate("c", "k"))
    listening = made._listening()
    assert (listening.host, listening.port) == ("127.0.0.1", 2)
    assert (listening.certificate, listening.key) == ("c", "k")
    assert listening.bounds.headers == 7
    asyncio.run(made._client.aclose())


def test_errors_are_printed_last(capsys: pytest.CaptureFixture[str]) -> None:
    findings = [
        Diagnostic(file="a", line=1, column=1, code="HG1", message="bad"),
        Diagnostic(file="b", line=1, column=1, code="HG2", message="odd", severity="warning"),
    ]
    report(findings, Path("here"))
    lines = capsys.readouterr().err.splitlines()
    assert lines == ["warning: here/b:1:1 HG2 odd", "error: here/a:1:1 HG1 bad"]


def test_a_folder_with_errors_is_not_served(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert serve(ServeOptions(folder=folder(tmp_path, BAD))) == 1
    assert "nothing is served" in capsys.readouterr().err
