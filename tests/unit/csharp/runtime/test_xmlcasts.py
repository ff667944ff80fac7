from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("cast", "text", "value"),
    [
        ("int", " 12 ", 12),
        ("long", "-3", -3),
        ("bool", "1", True),
        ("bool", "false", False),
        ("double", "1.5", 1.5),
        ("string", "x", "x"),
        ("int?", "7", 7),
    ],
)
def test_elements_and_attributes_are_cast_by_their_text(
    run: Run, cast: str, text: str, value: object
) -> None:
    assert run(f'@(({cast})XElement.Parse("<a>{text}</a>"))') == value
    assert run(f'@(({cast})XElement.Parse("<a x=\'{text}\'/>").Attribute("x"))') == value


def test_null_is_null_where_it_can_be_and_an_exception_where_not(run: Run) -> None:
    missing = 'XElement.Parse("<a/>").Element("b")'
    assert run(f"@((string){missing})") is None
    assert run(f"@((int?){missing})") is None
    assert run(f"@((int){missing})") == "System.ArgumentNullException"


def test_text_of_another_type_is_a_format_error(run: Run) -> None:
    assert run('@((int)XElement.Parse("<a>x</a>"))') == "System.FormatException"
