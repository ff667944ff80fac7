from __future__ import annotations

from headgate.csharp.runtime import xmltree
from headgate.csharp.runtime.xmllinq import parse_element
from headgate.csharp.runtime.xmltree import Attribute, Element, Text


def tree() -> Element:
    return parse_element('<a xmlns:p="u"><b x="1">t</b><!--c--><p:d><e/></p:d></a>')


def test_descendants_come_in_document_order() -> None:
    names = [node.local for node in xmltree.descendants(tree()) if isinstance(node, Element)]
    assert names == ["b", "d", "e"]


def test_ancestors_go_up_to_the_root() -> None:
    innermost = [node for node in xmltree.descendants(tree()) if isinstance(node, Element)][-1]
    assert [node.local for node in xmltree.ancestors(innermost) if isinstance(node, Element)] == [
        "d",
        "a",
    ]
    assert xmltree.root_of(innermost) is list(xmltree.ancestors(innermost))[-1]


def test_siblings_before_and_after() -> None:
    first, comment, last = xmltree.children(tree())
    assert xmltree.after(first) == [comment, last]
    assert sorted(map(id, xmltree.before(last))) == sorted(map(id, [first, comment]))


def test_inner_text_leaves_out_comments() -> None:
    assert xmltree.inner_text(tree()) == "t"


def test_namespaces_are_found_by_prefix_and_back() -> None:
    root = tree()
    inner = xmltree.children(root)[2]
    assert xmltree.namespace_of(inner, "p") == "u"
    assert xmltree.prefix_of(inner, "u") == "p"
    assert xmltree.namespace_of(inner, "q") is None


def test_attributes_are_found_hung_and_dropped() -> None:
    element = Element("a")
    attribute = Attribute("x", "", "1")
    element.hang(attribute)
    assert element.attribute("x") is attribute
    element.drop(attribute)
    assert element.attribute("x") is None


def test_a_copy_shares_nothing() -> None:
    root = tree()
    copy = root.copy()
    assert isinstance(copy, Element)
    copy.clear()
    assert len(xmltree.children(root)) == 3


def test_nodes_are_attached_at_a_place() -> None:
    element = Element("a")
    one, two = Text("1"), Text("2")
    element.attach(one)
    element.attach(two, 0)
    assert xmltree.children(element) == [two, one]
    assert element.place_of(one) == 1
    element.detach(two)
    assert xmltree.children(element) == [one]
