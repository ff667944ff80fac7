"""The table of diagnostics."""

from __future__ import annotations

import pytest

from headgate.csharp.diagnostics import CODES, BindError


def test_codes_lie_in_their_range_and_have_a_sentence() -> None:
    for code, sentence in CODES.items():
        assert 200 <= int(code.removeprefix("HG")) < 300
        assert sentence.endswith(".")


def test_an_error_has_a_code_of_the_table() -> None:
    with pytest.raises(AssertionError):
        BindError("HG999", "?", at=0)
