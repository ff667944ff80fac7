"""Doubled quotes and braces of interpolated strings."""

from __future__ import annotations

import pytest

from headgate.csharp.expression import compile_expression
from headgate.csharp.syntax.verbatim import marked


def test_pairs_are_marked_only_in_interpolated_verbatim_strings() -> None:
    assert marked(b'$@"a ""{s}"""') == b'$@"a \x01\x01{s}\x01\x01"'
    assert marked(b'@"a """') is None
    assert marked(b'"{{" // $') is None
    assert marked(b'$"{{{x}}}"') == b'$"\x02\x02{x}\x03\x03"'
    assert marked(b'$"{f("{{")}"') is None


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@($@"a ""{1}""")', 'a "1"'),
        ('@(@$"""{1}""" + @"""")', '"1""'),
        ('@($"{{{1}}}")', "{1}"),
        ('@($"{{x{1}}}\\"")', '{x1}"'),
        ('@($"{"{{"}}}")', "{{}"),
        ('@($@"{{""{1}""}}""")', '{"1"}"'),
    ],
)
def test_such_strings_are_read(source: str, value: str) -> None:
    compiled, diagnostics = compile_expression(source)
    assert compiled is not None, diagnostics
    assert compiled.evaluate(None) == value  # type: ignore[arg-type]  # reads no call
