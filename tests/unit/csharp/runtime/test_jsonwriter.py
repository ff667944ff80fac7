"""JSON text."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from headgate.csharp.runtime.jsonreader import parse
from headgate.csharp.runtime.jsontree import JRaw, JValue
from headgate.csharp.runtime.jsonwriter import compact, exact, write
from headgate.csharp.values import Char, Single


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1.0"),
        (1e-7, "1E-07"),
        (float("nan"), '"NaN"'),
        (Decimal("2.50"), "2.50"),
        (Decimal(2), "2.0"),
        (Single(1), "1.0"),
        (Char("c"), '"c"'),
        (bytearray(b"\x01"), '"AQ=="'),
        ("a\x85\u2028\x01\x7f", '"a\\u0085\\u2028\\u0001\x7f"'),
        (10**20, "100000000000000000000"),
    ],
)
def test_values_are_written_as_json_net_does(value: Any, text: str) -> None:
    assert compact(JValue(value)) == text


def test_the_quick_and_the_exact_writer_agree() -> None:
    tree = parse('{"a": [1, {"b": null}], "c": {}, "d": [], "e": "é\\n"}')
    for indented in (False, True):
        assert write(tree, indented) == exact(tree, indented)
    assert write(tree, True).startswith('{\n  "a": [\n    1,')


def test_dates_are_written_in_their_shortest_form() -> None:
    tree = parse('["2024-01-02T03:04:05.120Z", "2024-01-02T03:04:05+02:00"]')
    assert compact(tree) == '["2024-01-02T03:04:05.12Z","2024-01-02T01:04:05+00:00"]'
    assert compact(JRaw("{ }")) == "{ }"
