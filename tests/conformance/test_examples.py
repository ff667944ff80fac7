"""The tests that are kept next to the documents of `examples/` pass, as do those of the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from headgate.cli.commands.test import command

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/testing-policies.md").read_text("utf-8")


def run(*args: str) -> tuple[int, str]:
    app = typer.Typer()
    app.command()(command)
    result = CliRunner().invoke(app, [*args, "--json"])
    return result.exit_code, result.output


def test_examples_pass_their_tests() -> None:
    code, output = run(str(ROOT / "examples"), "--coverage-min", "90")
    assert code == 0, output


def blocks() -> list[tuple[str, str]]:
    """Return the files of the page: `name` on a line of its own, then an indented block."""
    found = re.findall(r"^`([\w.-]+)`:\n\n((?:(?:    .*)?\n)+)", PAGE, re.M)
    return [(name, re.sub(r"^    ", "", text, flags=re.M)) for name, text in found]


def test_files_of_the_page_pass(tmp_path: Path) -> None:
    for name, text in blocks():
        (tmp_path / name).write_text(text, "utf-8")
    code, output = run(str(tmp_path), "--coverage-min", "100")
    assert code == 0, output


@pytest.mark.parametrize("key", ["upstream", "expect", "named-values", "counters", "openid"])
def test_page_tells_of_every_part_of_a_test(key: str) -> None:
    assert f"| `{key}`" in PAGE
