from __future__ import annotations

import time
from typing import Any

import pytest

from headgate.csharp.budget import BUDGET, MAX_WORK, UNCOUNTED
from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime.xmllinq import parse_element
from headgate.csharp.runtime.xmltree import Element
from headgate.csharp.runtime.xpath import evaluate, select

ROOT = "<r><a x='1'>one</a><a x='2'>two</a><b><a x='3'>three</a></b></r>"


def nobody(prefix: str) -> str | None:
    return None


def names(path: str) -> list[str]:
    root = parse_element(ROOT)
    return [node.local for node in select(root, path, nobody) if isinstance(node, Element)]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("a", ["a", "a"]),
        ("//a", ["a", "a", "a"]),
        ("a[2]", ["a"]),
        ("a[@x='2']", ["a"]),
        ("*", ["a", "a", "b"]),
        ("b/a/..", ["b"]),
        ("none", []),
        ("a|b", ["a", "a", "b"]),
        ("//a[last()]", ["a", "a"]),
        ("b/preceding-sibling::*", ["a", "a"]),
    ],
)
def test_nodes_are_selected_in_document_order(path: str, found: list[str]) -> None:
    assert names(path) == found


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("count(//a)", 3.0),
        ("string(a[1])", "one"),
        ("sum(//@x)", 6.0),
        ("a[1]='one' and not(a[3])", True),
        ("1 + 2 * 3", 7.0),
    ],
)
def test_expressions_have_values(path: str, value: Any) -> None:
    assert evaluate(parse_element(ROOT), path, nobody) == value


@pytest.mark.parametrize("path", ["", "a[", "//", "nope()", "$v", "p:a", "a[1"])
def test_what_is_no_path_has_its_exception(path: str) -> None:
    with pytest.raises(DotNetError) as caught:
        evaluate(parse_element(ROOT), path, nobody)
    assert caught.value.type_name == "System.Xml.XPath.XPathException"


def test_prefixes_are_resolved() -> None:
    root = parse_element('<r xmlns:p="u"><p:a/></r>')
    assert len(select(root, "q:a", {"q": "u"}.get)) == 1


def test_paths_without_an_end_are_stopped() -> None:
    root = parse_element("<r>" + "<a/>" * 300 + "</r>")
    began = time.perf_counter()
    path = "count(//*[count(//*[count(//*[count(//*) > 0]) > 0]) > 0])"
    BUDGET.left = MAX_WORK
    try:
        with pytest.raises(DotNetError):
            evaluate(root, path, nobody)
    finally:
        BUDGET.left = UNCOUNTED
    assert time.perf_counter() - began < 2.0  # seconds, for a machine that does much besides
