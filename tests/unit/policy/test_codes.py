from __future__ import annotations

import re
from pathlib import Path

from headgate.policy import codes

SOURCES = Path(codes.__file__).parent


def test_codes_are_in_their_range_and_their_order() -> None:
    assert all(re.fullmatch(r"HG1[0-9]{2}", code) for code in codes.CODES)
    assert list(codes.CODES) == sorted(codes.CODES)


def test_every_code_has_a_sentence_of_its_own() -> None:
    assert all(sentence.endswith(".") for sentence in codes.CODES.values())
    assert len(set(codes.CODES.values())) == len(codes.CODES)


def test_every_code_is_used_and_every_used_code_is_listed() -> None:
    used: set[str] = set()
    folders = (SOURCES, SOURCES.parent / "rehearsal")
    for path in (path for folder in folders for path in folder.glob("*.py")):
        if path.name != "codes.py":
            used |= set(re.findall(r'"(HG1[0-9]{2})"', path.read_text("utf-8")))
    assert used == set(codes.CODES)
