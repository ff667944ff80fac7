from __future__ import annotations

import pytest

from headgate.policy.lexis import LexisError, expression_end, is_expression

WHOLE = [
    "@(a)",
    "@{ return a; }",
    "@(a[0](b){c})",
    '@(")")',
    '@("\\")")',
    '@(@")""\\")',
    "@(')')",
    "@('\\'')",
    "@( // )\n a)",
    "@( /* ) */ a)",
    "@( /* ) ** / */ a)",
    "@(a / b)",
    '@($"{a}")',
    '@($"{{)}}{f(")")}")',
    '@($@"{a}""\\")',
    '@(@$"{a}")',
    '@($"{a[$"{b}"]}")',
    "@($\"{d:yyyy-MM-dd'T'HH}\")",
    "@(@class + $x)",
]


@pytest.mark.parametrize("text", WHOLE)
def test_expression_ends_at_its_own_bracket(text: str) -> None:
    assert expression_end(text + ")}\"'", 1) == len(text)
    assert is_expression(text)


BROKEN = [
    ("@(a", 1, "not closed"),
    ("@(a]", 3, "should close"),
    ("@(a[)", 4, "`]` should close"),
    ('@("a)', 2, "string"),
    ('@("a\n")', 2, "string"),
    ("@(')", 2, "literal"),
    ("@('')", 2, "literal"),
    ("@(/* )", 2, "comment"),
    ('@($"a)', 4, "interpolated"),
    ('@($"{a)', 6, "`}` should close"),
    ('@($"}")', 4, "interpolated"),
    ("@($", 1, "not closed"),
]


@pytest.mark.parametrize(("text", "at", "message"), BROKEN)
def test_expression_that_does_not_end_says_where(text: str, at: int, message: str) -> None:
    with pytest.raises(LexisError, match=message) as caught:
        expression_end(text, 1)
    assert caught.value.offset == at
    assert not is_expression(text)


@pytest.mark.parametrize("text", ["a", "", "a@(b)", "@(a)b", "@(a)@(b)", "@", "@a", "@ (a)"])
def test_text_around_an_expression_makes_it_none(text: str) -> None:
    assert not is_expression(text)


def test_long_expression_is_read_in_one_pass() -> None:
    text = "@(" + '"a" + ' * 50_000 + "(" * 5_000 + ")" * 5_000 + ")"
    assert expression_end(text, 1) == len(text)
