from __future__ import annotations

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime.xpathsyntax import (
    Binary,
    Call,
    Literal,
    Negated,
    Number,
    Path,
    compile_path,
    tokens_of,
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1.5", Number),
        ("'a'", Literal),
        ("count(a)", Call),
        ("1 + 2", Binary),
        ("-1", Negated),
        ("a/b", Path),
        ("//a[@x]", Path),
    ],
)
def test_expressions_become_trees(text: str, kind: type) -> None:
    assert isinstance(compile_path(text), kind)


def test_operators_bind_as_strongly_as_they_should() -> None:
    tree = compile_path("1 + 2 * 3 = 7 or false()")
    assert isinstance(tree, Binary)
    assert tree.op == "or"


def test_names_may_be_operators_where_one_is_due() -> None:
    assert isinstance(compile_path("div div mod"), Binary)
    assert isinstance(compile_path("or"), Path)


@pytest.mark.parametrize("text", ["", "a[", "'a", "a b", "(1", "1 +", "a//", "@@a", "::a", "#"])
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(DotNetError) as caught:
        compile_path(text)
    assert caught.value.type_name == "System.Xml.XPath.XPathException"


def test_depth_is_bounded() -> None:
    with pytest.raises(DotNetError):
        compile_path("(" * 5000 + "1" + ")" * 5000)
    with pytest.raises(DotNetError):
        compile_path("-" * 5000 + "1")


def test_blanks_stand_between_tokens() -> None:
    assert [token.text for token in tokens_of(" a /  b ")][:3] == ["a", "/", "b"]
