"""`headgate eval`, and every example of docs/expressions.md."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from headgate.cli.commands.eval import command, lines

PAGE = (Path(__file__).parents[4] / "docs/expressions.md").read_text("utf-8")
FILES = dict(re.findall(r"`([\w.]+)`:\n\n```json\n(.*?)```", PAGE, re.DOTALL))
EXAMPLES = [
    example
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    for example in re.findall(r"^\$ headgate eval (.*)\n((?:(?!\$ ).*\n)*)", block, re.M)
]


def invoke(*arguments: object, stdin: str | None = None) -> Result:
    app = typer.Typer()
    app.command()(command)
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


@pytest.mark.parametrize(("asked", "printed"), EXAMPLES)
def test_examples_of_the_page_print_what_it_says(
    asked: str, printed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, content in FILES.items():
        (tmp_path / name).write_text(content)
    assert invoke(*shlex.split(asked)).stdout == printed


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) >= 8
    assert set(FILES) == {"late.json", "cases.jsonl"}


@pytest.mark.parametrize(("source", "code"), [("@(1)", 0), ("@(int.Parse(null))", 1), ("@(x)", 1)])
def test_exit_codes_tell_values_from_exceptions(source: str, code: int) -> None:
    assert invoke(source).exit_code == code


def test_an_expression_can_come_from_standard_input() -> None:
    assert "value      2\n" in invoke("-", stdin="@{ // two\n return 2; }\n").stdout


def test_json_is_the_whole_answer() -> None:
    found = json.loads(invoke("@(1)", "--format", "json").stdout)
    assert found == {"type": "System.Int32", "value": 1, "string": "1"}


def test_values_without_text_have_no_such_line() -> None:
    assert list(lines({"type": None, "value": None, "string": None})) == [
        "type       null",
        "value      null",
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{", "this is not JSON"),
        ("[" * 100_000, "this is not JSON"),
        ("[]", "a fixture is a JSON object"),
        ('{"request": {"methd": "GET"}}', "unknown field `methd` - at `$.request`"),
        ("\ud800", "cannot be read"),
    ],
)
def test_a_bad_fixture_is_told(content: str, problem: str, tmp_path: Path) -> None:
    file = tmp_path / "f.json"
    file.write_bytes(content.encode("utf-8", "surrogatepass"))
    found = invoke("@(1)", "--context", file)
    assert found.exit_code == 2
    assert problem in found.stderr


def test_bad_cases_are_told_with_their_line(tmp_path: Path) -> None:
    file = tmp_path / "c.jsonl"
    for line, problem in (
        ("{}", "needs an `expression`"),
        ('{"expression": "@(1)", "context": []}', "`context` is a JSON object"),
        ("1", "a case is a JSON object"),
    ):
        file.write_text(f'{{"expression": "@(1)"}}\n\n{line}\n')
        found = invoke("--cases", file)
        assert found.exit_code == 2
        assert f"{file}:3: " in found.stderr
        assert problem in found.stderr
        assert json.loads(found.stdout)["id"] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("@(1)", "--cases", "x"),
        ("@(1)", "--variable", "x"),
        ("@(1)", "--variable", "=x"),
        ("@(1)", "--variable", "x:int=y"),
        ("@(1)", "--variable", "x:Int=1"),
        ("@(1)", "--context", "nowhere.json"),
        ("--cases", "nowhere.jsonl"),
    ],
)
def test_a_wrong_command_line_is_refused(arguments: tuple[str, ...]) -> None:
    assert invoke(*arguments).exit_code == 2
