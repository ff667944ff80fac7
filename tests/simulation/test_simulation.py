"""Two hundred seeds of the simulation, each checked after every event."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.simulation.simulation import Result, run

SEEDS = 200
FOLDER = Path(__file__).parent
CHECKED = (
    "admitted",
    "admitted at Retry-After",
    "added up",
    "batched",
    "clock back",
    "clock forward",
    "crash",
    "cut",
    "ended client-gone",
    "ended complete",
    "ended drained",
    "ended timed-out",
    "ended upstream-broken",
    "exact waits",
    "expired",
    "late",
    "overruns weighed",
    "refused",
    "refused a second earlier",
    "reload",
    "reset",
    "restart",
    "settled twice",
    "taken back",
)


@pytest.fixture(scope="module")
def results() -> list[Result]:
    return [run(seed) for seed in range(SEEDS)]


def test_invariants_hold_in_every_seed(results: list[Result]) -> None:
    assert [result.failure for result in results if result.failure] == []


def test_every_fault_and_every_check_occurs(results: list[Result]) -> None:
    tally = Counter[str]()
    for result in results:
        tally.update(result.tally)
    assert [name for name in CHECKED if tally[name] < 10] == []


def test_a_seed_is_hundreds_of_calls(results: list[Result]) -> None:
    assert min(result.tally["calls"] for result in results) >= 180


def test_same_seed_gives_the_same_trace(results: list[Result]) -> None:
    assert [run(seed).digest for seed in (1, 2, 3)] == [one.digest for one in results[1:4]]
    assert len({result.digest for result in results}) == SEEDS


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_trace_is_the_same_in_another_process(results: list[Result], hash_seed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.simulation", "--seed", "5"],
        cwd=FOLDER.parent.parent,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[0] == f"trace {results[5].digest}"


@pytest.mark.parametrize("module", ["book", "checker", "truth"])
def test_checker_imports_nothing_of_the_product(module: str) -> None:
    tree = ast.parse((FOLDER / f"{module}.py").read_text("utf-8"))
    names = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    plain = [a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names]
    ours = {name for name in names if name and name.startswith("tests.")}
    assert not [name for name in (*names, *plain) if name and name.startswith("headgate")]
    assert ours <= {"tests.simulation.book", "tests.simulation.truth"}
