from __future__ import annotations

from headgate.policy.node import Node, write
from headgate.policy.scanner import scan


def tree(text: str) -> Node:
    root, found = scan(text, "f")
    assert root is not None, found
    return root


def test_places_point_at_tag_and_attribute() -> None:
    root = tree('\n <a\n  b="c" />')
    assert (root.place[1].line, root.place[1].column) == (2, 2)
    place = root.attributes["b"].place[1]
    assert (place.line, place.column) == (3, 3)


def test_spans_cover_element_and_content() -> None:
    text = "<a><b> x </b></a>"
    node = tree(text).children[0]
    assert text[node.start : node.end] == "<b> x </b>"
    assert text[slice(*node.inner)] == " x "


def test_markup_is_what_stands_between_the_tags() -> None:
    assert tree("<a> <b c='&lt;'/>x </a>").markup.value == " <b c='&lt;'/>x "


def test_write_escapes_what_xml_needs() -> None:
    root = tree('<a b="@("x" < 1 &&\n y)">1 &gt; &amp;<c/><d> e </d></a>')
    written = write(root)
    assert written == (
        '<a b="@(&quot;x&quot; &lt; 1 &amp;&amp;&#10; y)">1 &gt; &amp;<c /><d> e </d></a>'
    )
    assert write(tree(written)) == written
