"""Every folder `cases/<element>/<case>` is run whole and compared with what it expects."""

from __future__ import annotations

from pathlib import Path

import pytest

from headgate.cli.assembly import assemble
from headgate.rehearsal.reading import Mistake, Trial, read_tests
from headgate.rehearsal.report import told_of
from headgate.rehearsal.suite import Suite

CASES = Path(__file__).parent / "cases"
FOLDERS = sorted(file.parent for file in CASES.glob("*/*/case.yaml"))


def trial_of(folder: Path) -> Trial:
    trials = read_tests(folder / "case.yaml")
    assert not isinstance(trials, Mistake), str(trials)
    (trial,) = trials
    return trial


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f"{f.parent.name}/{f.name}")
def test_case(folder: Path) -> None:
    trial = trial_of(folder)
    assert trial.script.source, "a case says where its rule stands"
    verdict = Suite(assemble).run(trial)
    if not verdict.passed:
        pytest.fail("\n".join(["", *told_of(verdict)]), pytrace=False)


def test_there_are_cases_and_each_folder_is_whole() -> None:
    assert FOLDERS
    policies = {file.parent for file in CASES.glob("*/*/policy.xml")}
    assert policies == set(FOLDERS)
