"""JSONPath."""

from __future__ import annotations

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime.jsonpath import select
from headgate.csharp.runtime.jsonreader import parse

TREE = """{"a": {"b": [{"c": 1, "n": "x"}, {"c": 2}, {"d": 3}]}, "a b": {"c.d": 7}}"""


@pytest.mark.parametrize(
    ("path", "texts"),
    [
        ("$.a.b[0].c", ["1"]),
        ("a.b[*].c", ["1", "2"]),
        ("$..c", ["1", "2"]),
        ("['a b']['c.d']", ["7"]),
        ("a.b[0,1].c", ["1", "2"]),
        ("a.b[1:].c", ["2"]),
        ("a.b[-1:].d", ["3"]),
        ("a.b[?(@.c == 2)].c", ["2"]),
        ("a.b[?(@.n == 'x' && @.c < 2)].c", ["1"]),
        ("a.b[?(@.c > 1 || @.d)].c", ["2"]),
        ("a.x.y", []),
        ("a.b[9]", []),
        ("a['b'][0]['c','n']", ["1", "x"]),
    ],
)
def test_paths_find_tokens(path: str, texts: list[str]) -> None:
    assert [token.to_text() for token in select(parse(TREE), path)] == texts


@pytest.mark.parametrize("path", ["a[", "a[x]", "a..", "a.b[?(x)]", "a.b[::0]", "x" * 3000])
def test_wrong_paths_are_refused(path: str) -> None:
    with pytest.raises(DotNetError, match="JsonException"):
        list(select(parse(TREE), path))
