from __future__ import annotations

import socket
from io import StringIO

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from headgate.cli.commands.demo import KEYS, command, explain, free


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
