from __future__ import annotations

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime import xmldom
from headgate.csharp.runtime.xmldom import parse_document
from headgate.csharp.runtime.xmltree import children


def test_inner_and_outer_xml() -> None:
    document = parse_document("<a><b x='1'>t</b></a>")
    root = document.root
    assert root is not None
    assert xmldom.outer_xml(document) == '<a><b x="1">t</b></a>'
    assert xmldom.inner_xml(root) == '<b x="1">t</b>'


def test_inner_xml_can_be_replaced() -> None:
    document = parse_document("<a/>")
    root = document.root
    assert root is not None
    xmldom.set_inner_xml(root, "<b>1</b>x")
    assert xmldom.outer_xml(document) == "<a><b>1</b>x</a>"
    with pytest.raises(DotNetError) as caught:
        xmldom.set_inner_xml(root, "<b>")
    assert caught.value.type_name == "System.Xml.XmlException"


def test_inner_text_is_escaped() -> None:
    document = parse_document("<a><b/></a>")
    root = document.root
    assert root is not None
    xmldom.set_inner_text(root, "<&")
    assert xmldom.outer_xml(document) == "<a>&lt;&amp;</a>"


def test_names_and_values_of_nodes() -> None:
    document = parse_document("<a><!--c-->t</a>")
    root = document.root
    assert root is not None
    comment, text = children(root)
    assert [xmldom.name_of(node) for node in (document, root, comment, text)] == [
        "#document",
        "a",
        "#comment",
        "#text",
    ]
    assert (xmldom.value_of(root), xmldom.value_of(comment)) == (None, "c")


def test_children_are_appended_and_places_found() -> None:
    document = parse_document("<a><b/></a>")
    root = document.root
    assert root is not None
    first = children(root)[0]
    assert xmldom.place_of(root, first) == 0
    xmldom.adopt(root, first, None)
    assert xmldom.outer_xml(document) == "<a><b /></a>"
