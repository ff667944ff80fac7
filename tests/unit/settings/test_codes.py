from __future__ import annotations

import re
from pathlib import Path

from headgate.settings.codes import CODES

ROOT = Path(__file__).parents[3]


def test_codes_are_ours_and_each_has_one_sentence() -> None:
    for code, sentence in CODES.items():
        assert re.fullmatch(r"HG5\d\d", code)
        assert sentence.endswith(".")
        assert ". " not in sentence


def test_every_code_is_used_and_every_used_code_is_listed() -> None:
    used: set[str] = set()
    for path in (ROOT / "src/headgate/settings").glob("*.py"):
        if path.name != "codes.py":
            used |= set(re.findall(r'"(HG\d+)"', path.read_text("utf-8")))
    assert used == set(CODES)


def test_reference_page_lists_the_codes() -> None:
    page = (ROOT / "docs/service-folder.md").read_text("utf-8")
    assert re.findall(r"^\| (HG5\d\d) \| (.*) \|$", page, re.M) == list(CODES.items())
