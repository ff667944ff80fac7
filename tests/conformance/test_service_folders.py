"""One broken folder for each diagnostic of service folders, and what is said about it.

A case is a folder named by its code: `folder/` is what is loaded, `expected.txt` holds a line
`severity file:line:column CODE message (hint)` for each diagnostic. Codes that need what git does
not keep (links, odd bytes, sizes) have a case in `tests/unit/settings/test_documents.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from headgate.settings.codes import CODES
from headgate.settings.folder import load_service

CASES = sorted(path for path in (Path(__file__).parent / "service-folders").iterdir())
WITHOUT_A_FOLDER = {"HG501", "HG502", "HG503", "HG504", "HG520", "HG526"}


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_folder_gets_exactly_its_diagnostics(case: Path) -> None:
    loaded = load_service(case / "folder", environment={})
    said = [f"{d.severity} {d}" for d in loaded.diagnostics]
    said = [line.replace(str(case / "folder"), "FOLDER") for line in said]
    assert said == (case / "expected.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_case_shows_the_code_that_it_is_named_after(case: Path) -> None:
    loaded = load_service(case / "folder", environment={})
    assert case.name[:5] in {diagnostic.code for diagnostic in loaded.diagnostics}
    broken = any(diagnostic.severity == "error" for diagnostic in loaded.diagnostics)
    assert (loaded.service is None) == broken


def test_every_code_has_a_case() -> None:
    assert {case.name[:5] for case in CASES} == set(CODES) - WITHOUT_A_FOLDER
