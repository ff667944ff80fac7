"""Guid."""

from __future__ import annotations

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime.guids import from_bits, parse

TEXT = "11111111-2222-3333-4444-555555555555"


@pytest.mark.parametrize(
    "text", [TEXT, TEXT.replace("-", ""), f"{{{TEXT}}}", f"({TEXT})", f" {TEXT} "]
)
def test_all_shapes_are_read(text: str) -> None:
    assert parse(text).to_text() == TEXT


def test_formats_and_refusals() -> None:
    assert parse(TEXT).format("B") == f"{{{TEXT}}}"
    for wrong in ("x", TEXT[:-1], TEXT + "}"):
        with pytest.raises(DotNetError, match="Format"):
            parse(wrong)
    with pytest.raises(DotNetError, match="Format"):
        parse(TEXT).format("Q")


def test_random_guids_are_of_version_4() -> None:
    text = from_bits((1 << 128) - 1).to_text()
    assert (text[14], text[19]) == ("4", "b")
