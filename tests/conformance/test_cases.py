"""Every folder `cases/<element>/<case>` is run whole and compared with what it expects."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import UNSET

from headgate.rehearsal.expectations import differences
from tests.conformance.runner import load_case, perform

CASES = Path(__file__).parent / "cases"
FOLDERS = sorted(file.parent for file in CASES.glob("*/*/case.yaml"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f"{f.parent.name}/{f.name}")
def test_case(folder: Path) -> None:
    script = load_case(folder)
    assert script.expect is not UNSET
    found = [
        f"request {number}: {difference}"
        for number, (wanted, outcome) in enumerate(
            zip(script.expect, perform(script, folder), strict=True), 1
        )
        for difference in differences(wanted, outcome)
    ]
    if found:
        pytest.fail("\n".join(["", *found]), pytrace=False)


def test_there_are_cases_and_each_folder_is_whole() -> None:
    assert FOLDERS
    policies = {file.parent for file in CASES.glob("*/*/policy.xml")}
    assert policies == set(FOLDERS)
