from __future__ import annotations

import pytest

from headgate.model.diagnostic import Diagnostic, Position


def diagnostic(hint: str = "") -> Diagnostic:
    return Diagnostic(file="a.xml", line=3, column=7, code="HG140", message="No.", hint=hint)


def test_a_position_begins_at_the_first_character() -> None:
    assert Position() == Position(line=1, column=1, offset=0)


def test_a_finding_reads_as_place_code_and_message() -> None:
    assert str(diagnostic()) == "a.xml:3:7 HG140 No."


def test_a_hint_stands_in_parentheses() -> None:
    assert str(diagnostic("Do this.")) == "a.xml:3:7 HG140 No. (Do this.)"


def test_findings_are_errors_unless_they_say_otherwise_and_never_change() -> None:
    found = diagnostic()
    assert found.severity == "error"
    with pytest.raises(AttributeError):
        found.line = 4  # type: ignore[misc]  # that is what is tested
