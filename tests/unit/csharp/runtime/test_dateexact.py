"""ParseExact."""

from __future__ import annotations

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime.dateexact import parse_exact


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("20240102030405", "yyyyMMddHHmmss"),
        ("2 Jan 24 3:04:05 AM", "d MMM yy h:mm:ss tt"),
        ("2024-01-02T03:04:05.000Z", "yyyy-MM-ddTHH:mm:ss.fffK"),
        ("at 03.04.05 on 02/01/2024", "'at' HH.mm.ss 'on' dd/MM/yyyy"),
    ],
)
def test_a_text_of_the_format_is_read(text: str, form: str) -> None:
    assert parse_exact(text, form).to_text() == "01/02/2024 03:04:05"


@pytest.mark.parametrize(("text", "form"), [("x", "yyyy"), ("20240230", "yyyyMMdd")])
def test_another_text_is_refused(text: str, form: str) -> None:
    with pytest.raises(DotNetError, match="Format"):
        parse_exact(text, form)


def test_a_format_with_one_part_twice_is_refused() -> None:
    with pytest.raises(DotNetError, match="Format"):
        parse_exact("2024 2024", "yyyy yyyy")
