from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import StringIO

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner, Result

from headgate.cli.commands import demo as module
from headgate.cli.commands.demo import KEYS, command, explain, free
from headgate.cli.demo.processes import NotStarted


def test_a_port_that_is_taken_becomes_any_free_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free(port) == 0
    assert free(port) == port


def test_the_lines_to_do_it_by_hand_are_whole_and_hold_the_key() -> None:
    out = StringIO()
    console = Console(file=out, width=40, soft_wrap=True)
    explain(console, gateway="http://127.0.0.1:8080", management="http://127.0.0.1:8081")
    shown = out.getvalue()
    assert "curl -i 'http://127.0.0.1:8080/openai/deployments/gpt-4o/chat/completions" in shown
    assert f"-H 'api-key: {KEYS['lesson']}'" in shown
    assert f'azure_endpoint="http://127.0.0.1:8080", api_key="{KEYS["lesson"]}"' in shown
    assert "http://127.0.0.1:8081/metrics" in shown


@pytest.mark.parametrize("port", ["0", "-1", "65535"])
def test_a_port_without_a_next_one_is_a_usage_error(port: str) -> None:
    app = typer.Typer()
    app.command()(command)
    assert CliRunner().invoke(app, ["--once", "--port", port]).exit_code == 2


class Processes:
    """Starts nothing and announces addresses; `broken` is the command that does not start."""

    def __init__(self, *, broken: str = "") -> None:
        self.broken = broken
        self.started: list[tuple[str, ...]] = []
        self.environment: dict[str, str] = {}
        self.stopped = 0

    @contextmanager
    def running(
        self, *arguments: str, environment: Mapping[str, str] | None = None
    ) -> Iterator[tuple[str, ...]]:
        if arguments[0] == self.broken:
            raise NotStarted(f"{self.broken} did not start")
        self.started.append(arguments)
        self.environment.update(environment or {})
        try:
            yield ("http://127.0.0.1:1", "http://127.0.0.1:2")
        finally:
            self.stopped += 1


def demo(monkeypatch: pytest.MonkeyPatch, processes: Processes, *faults: str) -> Result:
    def show(console: Console, *, simulator: str, gateway: str) -> list[str]:
        return list(faults)

    monkeypatch.setattr(module, "running", processes.running)
    monkeypatch.setattr(module, "show", show)
    app = typer.Typer()
    app.command()(command)
    return CliRunner().invoke(app, ["--once"])


def test_what_was_right_exits_with_zero_and_stops_everything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    processes = Processes()
    ended = demo(monkeypatch, processes)
    assert ended.exit_code == 0, ended.output
    assert [arguments[0] for arguments in processes.started] == ["llm-simulator", "serve"]
    assert processes.environment["HEADGATE_DEMO_SIMULATOR"] == "http://127.0.0.1:1/openai"
    assert processes.stopped == 2


def test_what_was_wrong_is_told_and_exits_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = demo(monkeypatch, Processes(), "call 2 got 500")
    assert ended.exit_code == 1
    assert "wrong: call 2 got 500" in ended.output


@pytest.mark.parametrize(("broken", "others"), [("llm-simulator", 0), ("serve", 1)])
def test_a_process_that_does_not_start_exits_with_one_and_leaves_none_behind(
    monkeypatch: pytest.MonkeyPatch, broken: str, others: int
) -> None:
    processes = Processes(broken=broken)
    ended = demo(monkeypatch, processes)
    assert ended.exit_code == 1
    assert f"{broken} did not start" in ended.output
    assert len(processes.started) == processes.stopped == others
