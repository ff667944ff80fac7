from __future__ import annotations

import asyncio
import contextlib
import gc
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from headgate.cli import serving as module
from headgate.cli.composition import Composition, compose
from headgate.cli.serving import (
    Certificate,
    ServeOptions,
    Serving,
    beside_calls,
    report,
    serve,
)
from headgate.exchange.snapshot import Snapshot
from headgate.gateway.server import GatewayServer
from headgate.management.server import ManagementServer
from headgate.model.diagnostic import Diagnostic
from headgate.upstream.bounds import Bounds, Timeouts

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
        await made._look(cast(GatewayServer, gateway), asked=True)
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


def watched(made: Serving) -> Gateway:
    """Let the watcher look once, as it does every second."""
    gateway = Gateway()

    async def scenario() -> None:
        await made._look(cast(GatewayServer, gateway), asked=False)
        await made._client.aclose()

    asyncio.run(scenario())
    return gateway


def numbers(gateway: Gateway) -> list[int]:
    return [snapshot.number for snapshot in gateway.swapped]


def test_a_folder_that_did_not_change_is_not_read_again(tmp_path: Path) -> None:
    assert numbers(watched(serving(folder(tmp_path)))) == []


def test_what_changed_after_it_was_first_read_is_noticed(tmp_path: Path) -> None:
    made = serving(folder(tmp_path))
    folder(tmp_path, GOOD + " ")
    assert numbers(watched(made)) == [2]
    assert numbers(watched(made)) == []


def test_what_changes_while_it_is_compiled_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = serving(folder(tmp_path))

    def compose_and_edit(place: Path, **arguments: Any) -> Composition:
        composition = compose(place, **arguments)
        folder(tmp_path, GOOD + "  ")
        return composition

    folder(tmp_path, GOOD + " ")
    with monkeypatch.context() as patched:
        patched.setattr(module, "compose", compose_and_edit)
        assert numbers(watched(made)) == [2]
    assert numbers(watched(made)) == [3]
    assert numbers(watched(made)) == []


def test_a_new_file_that_was_refused_is_read_again_once_it_is_mended(tmp_path: Path) -> None:
    made = serving(folder(tmp_path))
    added = tmp_path / "apis" / "b"
    added.mkdir()
    (added / "apiInformation.json").write_text("{")
    # Nothing is known of a new file before it is read, so it is read twice.
    assert numbers(watched(made)) == numbers(watched(made)) == []
    information = '{"properties": {"displayName": "B", "path": "b"}}'
    (added / "apiInformation.json").write_text(information)
    assert len(numbers(watched(made))) == 1


def test_a_folder_that_was_gone_is_read_when_it_is_back(tmp_path: Path) -> None:
    place = folder(tmp_path / "service")
    made = serving(place)
    place.rename(tmp_path / "elsewhere")
    assert numbers(watched(made)) == []
    (tmp_path / "elsewhere").rename(place)
    assert len(numbers(watched(made))) == 1


def test_a_watcher_that_breaks_is_told_and_the_old_snapshot_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = serving(folder(tmp_path))

    async def scenario() -> None:
        async def broken() -> None:
            raise RuntimeError("boom")

        task = asyncio.create_task(broken())
        task.add_done_callback(made._watch_ended)
        await asyncio.wait([task])
        await asyncio.wait_for(made._client.aclose(), 1)

    asyncio.run(scenario())
    assert "RuntimeError('boom')" in capsys.readouterr().err
    assert b"headgate_reload_failed 1.0" in made._metrics.render()


@pytest.mark.parametrize(
    ("host", "tls", "expected"),
    [
        ("127.0.0.1", False, "http://127.0.0.1:80"),
        ("::1", True, "https://[::1]:80"),
        ("localhost", False, "http://localhost:80"),
    ],
)
def test_an_address_is_announced_as_a_url(host: str, expected: str, *, tls: bool) -> None:
    assert module.address(host, 80, tls=tls) == expected


def test_each_port_is_announced_with_its_own_host(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = folder(tmp_path)
    (place / "headgate.toml").write_text(
        '[listen]\nhost = "::1"\n[management]\nhost = "127.0.0.2"\n'
    )
    made = serving(place)
    gateway, management = SimpleNamespace(port=1), SimpleNamespace(port=2)
    made._announce(cast(GatewayServer, gateway), cast(ManagementServer, management))
    told = f"headgate serves {place} on http://[::1]:1 (management http://127.0.0.2:2)\n"
    assert capsys.readouterr().out == told
    asyncio.run(made._client.aclose())


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


def test_without_settings_the_bounds_are_those_of_the_data_plane(tmp_path: Path) -> None:
    made = serving(folder(tmp_path))
    listening = made._listening()
    assert (listening.host, listening.port) == ("127.0.0.1", 8080)
    assert (listening.certificate, listening.key) == (None, None)
    assert (listening.bounds, listening.timeouts) == (Bounds(), Timeouts())
    asyncio.run(made._client.aclose())


def test_settings_go_where_the_command_line_is_silent(tmp_path: Path) -> None:
    (tmp_path / "headgate.toml").write_text(
        '[listen]\nhost = "::1"\nport = 1\n[timeouts]\nhead = 3.0\ndrain = 4.0\n'
    )
    made = serving(folder(tmp_path))
    listening = made._listening()
    assert (listening.host, listening.port) == ("::1", 1)
    assert listening.timeouts == Timeouts(head=3.0)
    asyncio.run(made._client.aclose())


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ("127.0.0.2", 5, None, None)),
        ({"host": "::1", "management_port": 0}, ("::1", 0, None, None)),
        ({"port": 9, "tls": Certificate("a", "b")}, ("127.0.0.2", 5, None, None)),
        ({"management_tls": Certificate("c", "k")}, ("127.0.0.2", 5, "c", "k")),
    ],
)
def test_the_management_port_has_settings_and_options_of_its_own(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: dict[str, Any],
    expected: tuple[object, ...],
) -> None:
    (tmp_path / "headgate.toml").write_text('[management]\nhost = "127.0.0.2"\nport = 5\n')
    made = serving(folder(tmp_path), **options)
    monkeypatch.setattr(module, "ManagementServer", SimpleNamespace)
    gateway = SimpleNamespace(draining=False, open_connections=3)
    server = cast(Any, made._management(cast(GatewayServer, gateway)))
    assert (server.host, server.port, server.certificate, server.key) == expected
    assert server.ready()
    gateway.draining = True
    assert not server.ready()
    assert b"headgate_open_connections 3.0" in server.metrics()
    asyncio.run(made._client.aclose())


def named(token: str, host: str, policy: str = GOOD) -> dict[str, str]:
    """Return a folder's files with the token of its identity and the host of its backend."""
    backend = f'{{"properties": {{"url": "http://{host}", "protocol": "http"}}}}'
    return {
        "headgate.toml": f'[[managed-identity]]\ntoken = "{token}"\n',
        "backends/b/backendInformation.json": backend,
        "policy.xml": policy,
    }


def write(place: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)


@pytest.mark.parametrize(
    ("policy", "token", "reached", "kept_out"),
    [(GOOD, "two", "new", "old"), (BAD, "one", "old", "new")],
)
def test_a_reload_takes_over_identities_and_egress_or_neither(
    tmp_path: Path, policy: str, token: str, reached: str, kept_out: str
) -> None:
    place = folder(tmp_path)
    write(place, named("one", "old"))
    made = serving(place)
    made._adopt(made._composition)
    write(place, named("two", "new", policy))
    reloaded(made)
    assert asyncio.run(made._identities.fetch("https://any", None)) == token
    assert made._egress.refusal(reached, "10.0.0.1", port=80) is None
    assert made._egress.refusal(kept_out, "10.0.0.1", port=80) is not None


def test_a_reload_that_succeeds_ends_the_alarm_of_one_that_was_refused(tmp_path: Path) -> None:
    made = serving(folder(tmp_path))
    folder(tmp_path, BAD)
    reloaded(made)
    folder(tmp_path, GOOD)
    assert numbers(reloaded(made)) == [2]
    metrics = made._metrics.render()
    assert b"headgate_reload_failed 0.0" in metrics
    assert b"headgate_snapshot 2.0" in metrics


def test_loading_beside_calls_leaves_the_collector_and_the_threads_as_they_were() -> None:
    before = gc.get_threshold(), sys.getswitchinterval()
    with contextlib.suppress(ZeroDivisionError), beside_calls():
        assert gc.get_threshold()[2] > before[0][2]
        assert sys.getswitchinterval() < before[1]
        raise ZeroDivisionError
    assert (gc.get_threshold(), sys.getswitchinterval()) == before
    gc.unfreeze()
