from __future__ import annotations

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime import xmllinq
from headgate.csharp.runtime.xmllinq import add, detach, parse_document, parse_element, set_text
from headgate.csharp.runtime.xmlnames import XName
from headgate.csharp.runtime.xmltree import children
from headgate.csharp.runtime.xmlwriter import to_string


def test_a_node_that_has_a_parent_is_copied_when_it_is_added() -> None:
    source, target = parse_element("<a><b/></a>"), parse_element("<c/>")
    add(target, children(source)[0])
    assert source.to_text() == "<a>\n  <b />\n</a>"
    assert target.to_text() == "<c>\n  <b />\n</c>"


def test_texts_side_by_side_grow_together() -> None:
    target = parse_element("<a>x</a>")
    add(target, "y")
    assert target.to_text() == "<a>xy</a>"
    assert len(children(target)) == 1


def test_lists_are_added_one_by_one() -> None:
    target = parse_element("<a/>")
    add(target, [xmllinq.element_of(XName("b")), None, "t"])
    assert to_string(target, indent=False) == "<a><b />t</a>"


def test_text_replaces_what_an_element_holds() -> None:
    element = parse_element("<a><b/></a>")
    set_text(element, "<")
    assert element.to_text() == "<a>&lt;</a>"


def test_detached_nodes_are_free() -> None:
    element = parse_element("<a><b/></a>")
    child = children(element)[0]
    detach(child)
    assert element.to_text() == "<a />"
    assert child.parent is None


@pytest.mark.parametrize("text", ["<a/>text", ""])
def test_documents_hold_one_element_and_no_text(text: str) -> None:
    with pytest.raises(DotNetError):
        parse_document(text)


def test_a_second_root_is_refused() -> None:
    document = parse_document("<a/>")
    with pytest.raises(DotNetError) as caught:
        add(document, xmllinq.element_of(XName("b")))
    assert caught.value.type_name == "System.InvalidOperationException"
