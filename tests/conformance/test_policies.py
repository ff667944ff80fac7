"""One bad document per diagnostic, named by its code; its first line says where it is found."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from headgate.model.entities import PolicySource
from headgate.policy.codes import CODES
from headgate.policy.compile import Scope, compile_document
from headgate.policy.elements import discover
from headgate.policy.surroundings import Surroundings
from headgate.rehearsal.documents import BYTES_MAX, Unreadable, is_fragment, read

FOLDER = Path(__file__).parent / "policies"
PLACE = re.compile(rb"<!-- (\d+):(\d+) -->\n")

GENERATED = {"HG100"}
"""Too large to be kept."""

WARNINGS = {"HG156"}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.xml")), ids=lambda path: path.stem)
def test_bad_document_gives_its_code_at_its_place(path: Path) -> None:
    match = PLACE.match(path.read_bytes())
    assert match is not None
    expected = (path.stem, int(match[1]), int(match[2]))
    text = read(path)
    if isinstance(text, Unreadable):
        found = [text.diagnostic()]
    else:
        source = PolicySource(file=path.name, text=text)
        surroundings = Surroundings(
            registry=discover(),
            backends={"east"},
            fragments={"shared": PolicySource(file="shared", text="<fragment />")},
        )
        scope: Scope = "fragment" if is_fragment(source) else "api"
        compiled, found = compile_document(source, scope=scope, surroundings=surroundings)
        assert (compiled is not None) == (path.stem in WARNINGS)
    assert expected in [(d.code, d.line, d.column) for d in found]


def test_document_beyond_the_size_gives_its_code(tmp_path: Path) -> None:
    path = tmp_path / "large.xml"
    path.write_bytes(b" " * (BYTES_MAX + 1))
    found = read(path)
    assert isinstance(found, Unreadable)
    assert found.code == "HG100"


def test_every_code_has_its_document() -> None:
    assert {path.stem for path in FOLDER.glob("*.xml")} | GENERATED == set(CODES)
