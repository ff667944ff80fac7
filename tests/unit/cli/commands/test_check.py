from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from headgate.cli.commands.check import command

GOOD = '<policies><inbound><set-variable name="a" value="{{b}}" /></inbound></policies>'


@pytest.fixture
def app() -> typer.Typer:
    made = typer.Typer()
    made.command()(command)
    return made


def test_a_good_document_exits_with_zero(app: typer.Typer, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(GOOD)
    shown = CliRunner().invoke(app, [str(tmp_path), "--var", "b=1"])
    assert shown.exit_code == 0, shown.output
    assert "1 document: 1 ok, 0 failed" in shown.output


def test_an_error_exits_with_one_and_json_tells_it(app: typer.Typer, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(GOOD)
    shown = CliRunner().invoke(app, [str(tmp_path), "--format", "json"])
    assert shown.exit_code == 1
    report = json.loads(shown.output)
    assert (report["documents"], report["ok"], report["failed"]) == (1, 0, 1)
    assert set(report["diagnostics"][0]) == {
        "file",
        "line",
        "column",
        "code",
        "message",
        "hint",
        "severity",
    }


def test_missing_named_values_can_be_allowed(app: typer.Typer, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(GOOD)
    shown = CliRunner().invoke(app, [str(tmp_path), "--allow-missing-named-values"])
    assert shown.exit_code == 0, shown.output


def test_unsupported_elements_can_be_allowed(app: typer.Typer, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<policies><inbound><xsl-transform /></inbound></policies>")
    assert CliRunner().invoke(app, [str(tmp_path)]).exit_code == 1
    shown = CliRunner().invoke(app, [str(tmp_path), "--allow-unsupported"])
    assert shown.exit_code == 0, shown.output
    assert "[warning]" in shown.output


@pytest.mark.parametrize("arguments", [["no-such-file"], [".", "--var", "b"], [".", "--var", "=1"]])
def test_a_wrong_command_line_exits_with_two(app: typer.Typer, arguments: list[str]) -> None:
    assert CliRunner().invoke(app, arguments).exit_code == 2


def test_nothing_to_check_exits_with_two(app: typer.Typer, tmp_path: Path) -> None:
    shown = CliRunner().invoke(app, [str(tmp_path)])
    assert shown.exit_code == 2
    assert "Nothing to check" in shown.output


def test_expressions_are_evaluated_instead(app: typer.Typer, tmp_path: Path) -> None:
    file = tmp_path / "policy.xml"
    file.write_text('<policies><inbound><x y="@(1 / int.Parse("{{n}}"))" /></inbound></policies>')
    found = CliRunner().invoke(app, [str(file), "--expressions", "--var", "n=0"])
    assert found.exit_code == 0
    assert "filled: 1 System.DivideByZeroException" in found.stdout
    found = CliRunner().invoke(app, [str(file), "--expressions", "--format", "json"])
    assert json.loads(found.stdout)["outcomes"]["sparse"] == {"value": 1}
