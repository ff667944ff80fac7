from __future__ import annotations

from pathlib import Path

import orjson
import pytest
import typer
from typer.testing import CliRunner, Result

from headgate.cli.commands.test import command

app = typer.Typer()
app.command()(command)

POLICY = """<policies>
    <inbound>
        <return-response>
            <set-status code="204" />
        </return-response>
        <set-variable name="never" value="reached" />
    </inbound>
</policies>
"""
TESTS = """\
tests:
  - {name: it answers, requests: [{expect: {status: 204}}]}
  - {name: it is wrong, requests: [{expect: {status: 200}}]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "policy.xml").write_text(POLICY)
    (tmp_path / "a.test.yaml").write_text(TESTS)
    return tmp_path


def run(*args: object) -> Result:
    return CliRunner().invoke(app, [str(arg) for arg in args])


def test_tests_of_a_folder_run_and_a_failure_fails_the_command(folder: Path) -> None:
    result = run(folder)
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert lines[:3] == [f"{folder}/a.test.yaml", "  ok    it answers", "  FAIL  it is wrong"]
    assert lines[-1] == "2 tests: 1 passed, 1 failed, coverage 50 %"
    assert f"answered by return-response in inbound, {folder}/policy.xml:3:9" in result.output


def test_tests_are_chosen_by_a_part_of_their_name(folder: Path) -> None:
    result = run(folder, "-k", "ANSWERS")
    assert (result.exit_code, result.output.count("FAIL")) == (0, 0)
    assert run(folder, "-k", "nothing like it").exit_code == 2


def test_coverage_may_be_demanded(folder: Path) -> None:
    assert run(folder, "-k", "answers", "--coverage-min", "50").exit_code == 0
    assert run(folder, "-k", "answers", "--coverage-min", "51").exit_code == 1


def test_report_is_json_or_a_file_for_a_build_server(folder: Path) -> None:
    junit = folder / "report.xml"
    result = run(folder, "--json", "--junit", junit)
    assert orjson.loads(result.output)["failed"] == 1
    assert 'failures="1"' in junit.read_text()


def test_mistake_in_a_file_fails_and_the_others_run(folder: Path) -> None:
    (folder / "b.test.yaml").write_text("requests: 1")
    result = run(folder, folder / "a.test.yaml", "-k", "answers")
    assert result.exit_code == 1
    assert f"{folder}/b.test.yaml:1:1 Expected `array`, got `int`" in result.output
    assert "1 test: 1 passed" in result.output


def test_path_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    assert run(tmp_path / "gone").exit_code == 2
