"""Damaged expressions end in a diagnostic, never in an exception of ours."""

from __future__ import annotations

from pathlib import Path

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from headgate.csharp.expression import compile_expression

RECORDED = Path(__file__).parents[1] / "conformance" / "expressions"
SOURCES = [
    orjson.loads(line)["expression"]
    for file in sorted(RECORDED.glob("*.jsonl"))
    for line in file.read_bytes().splitlines()
]
PIECES = st.sampled_from([*"(){}[]<>\"'$@.,;:?!=+-*/%&|^~\\ \n#_0aé\0", "new ", "out var x", "=>"])
AS_BYTE = "@(context.Request.Body.As<byte>(true))"
CUT = st.tuples(st.integers(2, 80), st.integers(0, 6), PIECES)


@settings(max_examples=400, deadline=None)
@given(source=st.sampled_from(SOURCES), cuts=st.lists(CUT, min_size=1, max_size=4))
def test_a_damaged_expression_compiles_or_is_diagnosed(
    source: str, cuts: list[tuple[int, int, str]]
) -> None:
    text = source
    for place, length, piece in cuts:
        text = text[:place] + piece + text[place + length :]
    compiled, found = compile_expression(text)
    errors = [diagnostic for diagnostic in found if diagnostic.severity == "error"]
    assert (compiled is None) == bool(errors)


def test_the_simplest_mistakes_have_a_place() -> None:
    for text in (
        "@(1 +)",
        "@(context.)",
        "@(x =>)",
        "@{ int f(); return 1; }",
        "@(F(n x, 1))",
        AS_BYTE,
    ):
        compiled, found = compile_expression(text)
        assert compiled is None
        assert found[0].line == 1
        assert 1 <= found[0].column <= len(text)


DEEP = [
    "@(" + "a?b:" * 3000 + "c)",
    "@(" + "!" * 3000 + "true)",
    "@(" + "(int)" * 3000 + "1)",
    '@("a"' + ".Trim()" * 3000 + ")",
    "@(" + "1+" * 9000 + "1)",
    "@(" + "x=>" * 3000 + "1)",
    "@{" + "if(true)" * 120 + "return 1; return 2;}",
    "@{" + "for(;;)" * 40 + "; return 1;}",
    "@{" + "try{" * 30 + "return 1;" + "}catch{}" * 30 + "return 2;}",
    "@(new " + "List<" * 3000 + "int" + ">" * 3000 + "())",
]


def test_whatever_nests_too_deeply_is_diagnosed_however_deep_the_caller_stands() -> None:
    """A process that is deep in its own calls must not be ended by a native recursion."""

    def compile_below(calls: int) -> None:
        if calls:
            compile_below(calls - 1)
            return
        for text in DEEP:
            compiled, found = compile_expression(text)
            assert compiled is None, text[:40]
            assert found[0].code == "HG205", (text[:40], found)

    for calls in (0, 200, 400):
        compile_below(calls)
