from __future__ import annotations

import pytest

from headgate.model.diagnostic import Position
from headgate.settings.places import json_position, position_of, toml_position

JSON = """{
  "a": [1, "x\\"}", {"b": null}],
  "c": {"d e": {"f": true}, "a": 2}, "c": {"g": []}
}"""


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        ((), 1, 1),
        (("a",), 2, 3),
        (("a", 1), 2, 12),
        (("a", 2, "b"), 2, 21),
        (("a", 3), 2, 3),
        (("a", "b"), 2, 3),
        (("c", "g"), 3, 44),
        (("c", "d e"), 3, 38),
        (("x", "y"), 1, 1),
    ],
)
def test_json_place_is_the_key_or_what_is_around_it(
    path: tuple[str | int, ...], line: int, column: int
) -> None:
    found = json_position(JSON, path)
    assert (found.line, found.column) == (line, column)


def test_json_deeper_than_the_decoder_goes_has_the_place_around_it() -> None:
    text = '{"a": ' + "[" * 100_000 + "]" * 100_000 + ', "b": 1}'
    assert json_position(text, ("b",)) == Position(1, 1, 0)


TOML = """# head
admission = "apim"
inline = { a = 1 }

[timeouts]
connect = 1.0
"quoted key" = 2
a.b = 3

[[managed-identity]]
resource = "a"

[[managed-identity]]
  token = "b"
[managed-identity.client-credentials]
scope = "c"
"""


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        (("admission",), 2, 1),
        (("inline", "a"), 3, 1),
        (("timeouts",), 5, 1),
        (("timeouts", "connect"), 6, 1),
        (("timeouts", "quoted key"), 7, 1),
        (("timeouts", "a", "b"), 8, 1),
        (("timeouts", "x"), 5, 1),
        (("managed-identity", 0, "resource"), 11, 1),
        (("managed-identity", 1), 13, 1),
        (("managed-identity", 1, "token"), 14, 3),
        (("managed-identity", 1, "client-credentials", "scope"), 16, 1),
        (("managed-identity", 0, "client-credentials"), 10, 1),
        (("x",), 1, 1),
    ],
)
def test_toml_place_is_the_line_of_the_key_or_its_table(
    path: tuple[str | int, ...], line: int, column: int
) -> None:
    found = toml_position(TOML, path)
    assert (found.line, found.column) == (line, column)


@pytest.mark.parametrize(("offset", "line", "column"), [(0, 1, 1), (2, 1, 3), (3, 2, 1), (5, 3, 1)])
def test_offset_becomes_line_and_column(offset: int, line: int, column: int) -> None:
    assert position_of("ab\nc\nd", offset) == Position(line, column, offset)
