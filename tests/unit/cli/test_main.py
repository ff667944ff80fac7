from __future__ import annotations

import sys

import pytest
from typer.testing import CliRunner

from headgate.cli import main


def test_every_command_file_becomes_a_command() -> None:
    main.load("llm_simulator")
    shown = CliRunner().invoke(main.app, ["llm-simulator", "--help"])
    assert shown.exit_code == 0
    assert "ledger" in shown.output


def test_an_unknown_command_is_a_usage_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["headgate", "no-such-command"])
    with pytest.raises(SystemExit) as ended:
        main.run()
    assert ended.value.code == 2
    assert "no-such-command" in capsys.readouterr().err
