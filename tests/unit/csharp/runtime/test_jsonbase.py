"""What every token is."""

from __future__ import annotations

from headgate.csharp.runtime.jsonbase import TokenType
from headgate.csharp.runtime.jsonreader import parse


def test_tokens_iterate_over_their_children() -> None:
    assert [child.to_text() for child in parse("[1, 2]")] == ["1", "2"]
    assert list(parse("5")) == []
    assert TokenType(parse("null").token_type).to_text() == "Null"
