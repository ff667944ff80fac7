from __future__ import annotations

import pytest
import typer
from typer.testing import CliRunner

from headgate.cli.commands import llm_simulator as module
from headgate.cli.commands.llm_simulator import assignments, command, length, rates
from headgate.simulator.faults import Fault
from headgate.simulator.lengths import Lognormal
from headgate.simulator.options import SimulatorOptions


def test_a_length_is_a_number_a_range_or_a_distribution() -> None:
    assert length("64", "--x") == 64
    assert length("10-200", "--x") == (10, 200)
    assert length("lognormal:300:0.8", "--x") == Lognormal(300, 0.8)
    with pytest.raises(typer.BadParameter):
        length("ten", "--x")


def test_assignments_need_a_name_and_a_sign() -> None:
    assert assignments(["gpt=gpt-4o", "x="], "--deployment") == {"gpt": "gpt-4o", "x": ""}
    assert assignments(None, "--deployment") == {}
    for wrong in ("gpt", "=gpt-4o"):
        with pytest.raises(typer.BadParameter):
            assignments([wrong], "--deployment")


def test_rates_are_by_fault() -> None:
    first = next(iter(Fault))
    assert rates([f"{first.value}=0.5"]) == {first: 0.5}
    for wrong in ("no-such-fault=0.5", f"{first.value}=half"):
        with pytest.raises(typer.BadParameter):
            rates([wrong])


def test_an_unknown_fault_is_told_which_there_are() -> None:
    with pytest.raises(typer.BadParameter, match="reset-before-head"):
        rates(["no-such-fault=0.5"])


@pytest.mark.parametrize(
    "arguments",
    [
        ["--completion-tokens", "ten"],
        ["--completion-tokens", "9-1"],
        ["--failure-rate", "no-such-fault=0.5"],
        ["--failure-rate", "429=2"],
        ["--failure-rate", "429=nan"],
        ["--reasoning-tokens", "many"],
        ["--prompt-percent", "lognormal:1"],
        ["--cached-percent", "101"],
        ["--deployment", "gpt"],
        ["--port", "65536"],
        ["--port", "-1"],
        ["--token-pace-ms", "-1"],
        ["--tokens-per-minute", "0"],
    ],
)
def test_a_wrong_command_line_exits_with_two(arguments: list[str]) -> None:
    app = typer.Typer()
    app.command()(command)
    assert CliRunner().invoke(app, arguments).exit_code == 2


@pytest.mark.parametrize("code", [0, 1])
def test_it_exits_as_the_simulator_ended(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    asked: list[SimulatorOptions] = []

    def ended(options: SimulatorOptions) -> int:
        asked.append(options)
        return code

    monkeypatch.setattr(module, "run", ended)
    app = typer.Typer()
    app.command()(command)
    given = ["--port", "0", "--completion-tokens", "10-20", "--failure-rate", "429=0.5"]
    given += ["--tokens-per-minute", "7", "--key", "a", "--key", "b", "--deployment", "x=gpt-4o"]
    assert CliRunner().invoke(app, given).exit_code == code
    (options,) = asked
    assert (options.host, options.port, options.completion_tokens) == ("127.0.0.1", 0, (10, 20))
    assert options.failure_rates == rates(["429=0.5"])
    assert (options.tokens_per_minute, options.requests_per_minute) == (7, None)
    assert (options.keys, options.deployments) == (("a", "b"), {"x": "gpt-4o"})
