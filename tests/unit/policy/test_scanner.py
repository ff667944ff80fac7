from __future__ import annotations

import pytest

from headgate.policy.node import Node
from headgate.policy.scanner import DEPTH_MAX, SIZE_MAX, scan


def tree(text: str) -> Node:
    root, found = scan(text, "f")
    assert root is not None, found
    return root


def value(attribute: str) -> str:
    """Return what the scanner makes of one attribute, given with its quotes."""
    return tree(f"<a b={attribute}/>").attributes["b"].text.value


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        ('"x"', "x"),
        ("'x\"y'", 'x"y'),
        ('"a&lt;&gt;&amp;&quot;&apos;&#65;&#x42;"', "a<>&\"'AB"),
        ('"a\nb\tc"', "a b c"),
        ('"@(a["x"] < 3 && b)"', '@(a["x"] < 3 && b)'),
        ("'@(a[\"x\"] + 'c')'", "@(a[\"x\"] + 'c')"),
        ('"@(a[&quot;x&quot;] &lt; 3 &amp;&amp; b)"', '@(a["x"] < 3 && b)'),
        ('" @{ // it\'s "\n return 1; } "', " @{ // it's \"\n return 1; } "),
        ('"@(f("</a>"))"', '@(f("</a>"))'),
        ('"@(a) b"', "@(a) b"),
    ],
)
def test_attribute_values_raw_and_escaped(attribute: str, expected: str) -> None:
    assert value(attribute) == expected


def text_of(content: str) -> str | None:
    text = tree(f"<a>{content}</a>").text
    return None if text is None else text.value


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", None),
        (" \n ", None),
        (" x ", " x "),
        ("<![CDATA[]]>", ""),
        ("<![CDATA[&lt;<b>]]>", "&lt;<b>"),
        ("x<!-- <b> -->y<?pi?>z", "xyz"),
        ('@(a["x"] < b)', '@(a["x"] < b)'),
        ("<!-- c -->@(a < b)", "@(a < b)"),
        ('@{ return "<b>" + "</a>"; } ', '@{ return "<b>" + "</a>"; } '),
        ("@(a &lt; b)", "@(a < b)"),
        ("&lt;b/&gt;", "<b/>"),
    ],
)
def test_element_text(content: str, expected: str | None) -> None:
    assert text_of(content) == expected


def test_only_leading_text_can_be_an_expression() -> None:
    root = tree("<a>x @(<b/></a>")
    assert root.text is not None
    assert (root.text.value, len(root.children)) == ("x @(", 1)


def test_newlines_are_normalised_and_a_byte_order_mark_is_dropped() -> None:
    assert tree("\ufeff<a>x\r\ny\rz</a>").text is not None
    assert text_of("x\r\ny\rz") == "x\ny\nz"


def test_declaration_comments_and_blanks_may_surround_the_root() -> None:
    assert tree('<?xml version="1.0"?>\n<!-- a -->\n<a/>\n<!-- b -->\n').name == "a"


def test_positions_behind_entities_are_those_of_the_file() -> None:
    text = tree("<a>x &lt;&#33; y\nz</a>").text
    assert text is not None
    assert text.value == "x <! y\nz"
    places = [text.place(at)[1] for at in (0, 2, 3, 4, 5, 7)]
    assert [(p.line, p.column) for p in places] == [
        (1, 4),
        (1, 6),
        (1, 10),
        (1, 15),
        (1, 16),
        (2, 1),
    ]


BROKEN = [
    ("", 1, 1, "HG103"),
    ("<!-- a -->", 1, 1, "HG103"),
    ("x", 1, 1, "HG104"),
    ("<a/>\nx", 2, 1, "HG104"),
    ("<a/><b/>", 1, 5, "HG104"),
    ("<![CDATA[x]]>", 1, 1, "HG104"),
    ("<a>\n < </a>", 2, 2, "HG105"),
    ("<a b=c/>", 1, 4, "HG105"),
    ("<a b/>", 1, 4, "HG105"),
    ("<a></a b>", 1, 4, "HG105"),
    ('<a b="c"d="e"/>', 1, 9, "HG105"),
    ("<a", 1, 1, "HG106"),
    ("<a ", 1, 1, "HG106"),
    ('<a b="c', 1, 4, "HG106"),
    ("<a>", 1, 1, "HG106"),
    ("<a><!-- ", 1, 4, "HG106"),
    ("<a><![CDATA[ ", 1, 4, "HG106"),
    ("<?a", 1, 1, "HG106"),
    ("<a><b></a>", 1, 7, "HG107"),
    ("</a>", 1, 1, "HG107"),
    ("<!DOCTYPE a>", 1, 1, "HG108"),
    ("<a>x &b; y</a>", 1, 6, "HG109"),
    ("<a b='&#0;'/>", 1, 7, "HG109"),
    ("<a b='&#xD800;'/>", 1, 7, "HG109"),
    ("<a b='&#x110000;'/>", 1, 7, "HG109"),
    ("<a b='@(x]'/>", 1, 10, "HG110"),
    ("<a b='&lt;@(x]'/>", 1, 0, ""),
    ("<a>&lt; @(</a>", 1, 0, ""),
    ("<a b='@(&quot;x]'/>", 1, 9, "HG110"),
    ('<a b="1" b="2"/>', 1, 10, "HG111"),
    ('<a b="<"/>', 1, 7, "HG112"),
    ("<a>\x01</a>", 1, 4, "HG102"),
    ("<a>\ud800</a>", 1, 4, "HG102"),
]


@pytest.mark.parametrize(("text", "line", "column", "code"), BROKEN)
def test_what_is_wrong_is_found_at_its_place(text: str, line: int, column: int, code: str) -> None:
    root, found = scan(text, "f")
    expected = [(line, column, code)] if code else []
    assert [(d.line, d.column, d.code) for d in found] == expected
    assert (root is None) == bool(code)


def test_several_findings_of_one_text_are_all_reported() -> None:
    _, found = scan('<a b="&x;" b="<">&y;</a>', "f")
    assert [d.code for d in found] == ["HG109", "HG111", "HG112", "HG109"]


def test_size_is_bounded() -> None:
    exact = "<a>" + " " * (SIZE_MAX - 7) + "</a>"
    assert scan(exact, "f")[1] == []
    assert [d.code for d in scan(exact + " ", "f")[1]] == ["HG100"]


def test_many_comments_are_read_in_one_pass() -> None:
    many = " <!---->" * 50_000
    assert text_of(many) is None
    assert text_of(many + "@(a)" + many) == "@(a)" + " " * 50_000


def test_depth_is_bounded() -> None:
    assert tree("<a>" * DEPTH_MAX + "</a>" * DEPTH_MAX).name == "a"
    _, found = scan("<a>" * (DEPTH_MAX + 1), "f")
    assert [(d.code, d.column) for d in found] == [("HG101", 3 * DEPTH_MAX + 1)]
