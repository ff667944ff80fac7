from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from headgate.cli.commands import serve as module
from headgate.cli.commands.serve import certificate, command
from headgate.cli.serving import Certificate, ServeOptions


def test_a_certificate_is_two_files(tmp_path: Path) -> None:
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_text("c")
    key.write_text("k")
    assert certificate(f"{chain}, {key}", "--tls") == Certificate(str(chain), str(key))
    assert certificate(None, "--tls") is None


@pytest.mark.parametrize("given", ["one", "a,b,c", ",", "missing-chain,missing-key"])
def test_anything_else_is_a_usage_error(given: str) -> None:
    with pytest.raises(typer.BadParameter):
        certificate(given, "--tls")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--tls", "missing-chain.pem,missing-key.pem"],
        ["--management-tls", "missing-chain.pem,missing-key.pem"],
        ["--port", "65536"],
        ["--management-port", "-1"],
        ["--log-level", "loud"],
    ],
)
def test_a_wrong_command_line_exits_with_two(tmp_path: Path, arguments: list[str]) -> None:
    app = typer.Typer()
    app.command()(command)
    assert CliRunner().invoke(app, [str(tmp_path), *arguments]).exit_code == 2


def test_a_folder_that_is_not_there_exits_with_two(tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(command)
    assert CliRunner().invoke(app, [str(tmp_path / "none")]).exit_code == 2


@pytest.mark.parametrize("code", [0, 1])
def test_it_exits_as_serving_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    asked: list[ServeOptions] = []

    def ended(options: ServeOptions) -> int:
        asked.append(options)
        return code

    monkeypatch.setattr(module, "serve", ended)
    app = typer.Typer()
    app.command()(command)
    given = ["--host", "::1", "--port", "0", "--management-port", "1", "--log-level", "info"]
    given += ["--allow-unsupported"]
    assert CliRunner().invoke(app, [str(tmp_path), *given]).exit_code == code
    assert CliRunner().invoke(app, [str(tmp_path)]).exit_code == code
    assert asked == [
        ServeOptions(
            folder=tmp_path,
            host="::1",
            port=0,
            management_port=1,
            log_level="info",
            allow_unsupported=True,
        ),
        ServeOptions(folder=tmp_path),
    ]
