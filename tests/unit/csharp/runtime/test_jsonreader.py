"""JSON from text."""

from __future__ import annotations

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime.jsonreader import parse, parse_array, parse_bytes, parse_object
from headgate.csharp.runtime.jsonwriter import compact


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('{"a":1,"a":2}', '{"a":2}'),
        ("{'a': 'b', c: 1,}", '{"a":"b","c":1}'),
        ("[1,/* c */2,] // end", "[1,2]"),
        ("[NaN, undefined, Infinity]", '["NaN",undefined,"Infinity"]'),
        ("99999999999999999999", "99999999999999999999"),
        ("[0x1F, 010, -0x1]", "[31,8,-1]"),
        ('"\\ud83d\\ude00"', '"😀"'),
        ("[,1]", "[undefined,1]"),
        ("-Infinity", '"-Infinity"'),
        ("1e-7", "1E-07"),
    ],
)
def test_what_json_net_takes_is_read(text: str, written: str) -> None:
    assert compact(parse(text)) == written


@pytest.mark.parametrize(
    "text", ["", "{", "[1", '{"a"}', '{"a":}', "[1] x", "\ufeff{}", "tru", '"a', "{1:}", '"\\q"']
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(DotNetError, match="JsonReaderException"):
        parse(text)


def test_depth_is_bounded() -> None:
    with pytest.raises((DotNetError, RecursionError)):
        parse("[" * 5000 + "]" * 5000)


def test_the_kind_of_the_outermost_value_is_checked() -> None:
    assert parse_bytes(b'{"a": 1}').to_text()
    for function, text in ((parse_object, "[]"), (parse_array, "{}")):
        with pytest.raises(DotNetError, match="JsonReaderException"):
            function(text)
