from __future__ import annotations

from headgate.csharp.runtime.xmllinq import parse_document, parse_element
from headgate.csharp.runtime.xmltree import Attribute, Element
from headgate.csharp.runtime.xmlwriter import attribute_text, to_string


def test_elements_without_text_are_indented() -> None:
    text = to_string(parse_element("<a><b><c/></b><d>x</d></a>"), indent=True)
    assert text == "<a>\n  <b>\n    <c />\n  </b>\n  <d>x</d>\n</a>"


def test_mixed_content_is_left_as_it_is() -> None:
    assert to_string(parse_element("<a>x<b/>y</a>"), indent=True) == "<a>x<b />y</a>"


def test_text_and_attributes_are_escaped() -> None:
    element = Element("a")
    element.hang(Attribute("b", "", '<"&\n'))
    assert to_string(element, indent=False) == '<a b="&lt;&quot;&amp;&#xA;" />'
    assert attribute_text(Attribute("b", "", "1")) == 'b="1"'


def test_prefixes_are_invented_where_the_tree_has_none() -> None:
    element = Element("a", "u")
    assert to_string(element, indent=False) == '<a xmlns="u" />'
    element.hang(Attribute("b", "v", "1"))
    assert to_string(element, indent=False) == '<a p1:b="1" xmlns:p1="v" xmlns="u" />'


def test_a_document_is_written_without_its_declaration_as_an_element() -> None:
    document = parse_document('<?xml version="1.0"?><a/>')
    assert document.to_text() == "<a />"
