"""System.Xml.Linq.XObject and XNode: what everything in a tree has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from headgate.csharp.declare import DotNetType, enumeration
from headgate.csharp.errors import invalid_operation
from headgate.csharp.runtime import xmllinq
from headgate.csharp.runtime.collections import Sequence
from headgate.csharp.runtime.xmlcompare import Equality, Order, deep_equals, order
from headgate.csharp.runtime.xmlnames import LINQ, XName
from headgate.csharp.runtime.xmltree import (
    Container,
    Document,
    Element,
    Node,
    NodeType,
    after,
    ancestors,
    before,
    root_of,
)
from headgate.csharp.runtime.xmlwriter import to_string
from headgate.csharp.values import enum_class

OBJECT = DotNetType(f"{LINQ}.XObject")
TYPE = DotNetType(f"{LINQ}.XNode", bases=("XObject",))
EQUALITY = DotNetType(f"{LINQ}.XNodeEqualityComparer", python=Equality)
ORDER = DotNetType(f"{LINQ}.XNodeDocumentOrderComparer", python=Order)
SAVE = enum_class(
    f"{LINQ}.SaveOptions",
    {"None": 0, "DisableFormatting": 1, "OmitDuplicateNamespaces": 2},
    flags=True,
)
LOAD = enum_class(
    f"{LINQ}.LoadOptions",
    {"None": 0, "PreserveWhitespace": 1, "SetBaseUri": 2, "SetLineInfo": 4},
    flags=True,
)
TYPES = (
    *(OBJECT, EQUALITY, ORDER),
    enumeration("System.Xml.XmlNodeType", NodeType),
    enumeration(f"{LINQ}.SaveOptions", SAVE),
    enumeration(f"{LINQ}.LoadOptions", LOAD),
)


def parent(node: Node) -> Node | None:
    """Return the element around a node; a document does not count."""
    return node.parent if isinstance(node.parent, Element) else None


def document(node: Node) -> Node | None:
    """Return the document around a node."""
    found = root_of(node)
    return found if isinstance(found, Document) else None


OBJECT.property("XElement Parent")(parent)
OBJECT.property("XDocument Document")(document)
OBJECT.property("string! BaseUri", code="''")
OBJECT.property("XmlNodeType NodeType")(lambda node: NodeType(node.KIND))
OBJECT.method("string! ToString()", code="{0}.to_text()")

# -- writing ------------------------------------------------------------------------------------


@TYPE.method("string! ToString(SaveOptions options)")
def text_with(node: Node, options: int) -> str:
    """Return the text of a node, on one line with DisableFormatting."""
    return to_string(node, indent=not options & 1)


# -- neighbours ---------------------------------------------------------------------------------


@TYPE.property("XNode NextNode")
def next_node(node: Node) -> Node | None:
    """Return the node behind."""
    return next(iter(after(node)), None)


@TYPE.property("XNode PreviousNode")
def previous_node(node: Node) -> Node | None:
    """Return the node in front."""
    return next(reversed(before(node)), None)


def is_element(node: Node, name: XName | None) -> bool:
    """Tell whether a node is an element, and of this name if one is given."""
    return isinstance(node, Element) and (
        name is None or (node.local == name.local and node.space == name.space)
    )


def elements_of(
    nodes: Callable[[Any], Any],
) -> tuple[Callable[[Node], Sequence], Callable[[Node, XName | None], Sequence]]:
    """Return two methods: the elements among some nodes, and those of a name; none for null."""

    def every(node: Node) -> Sequence:
        return xmllinq.listed(
            "XElement", lambda: [one for one in nodes(node) if is_element(one, None)]
        )

    def named(node: Node, name: XName | None) -> Sequence:
        return xmllinq.listed(
            "XElement",
            lambda: [one for one in nodes(node) if name is not None and is_element(one, name)],
        )

    return every, named


def declare_elements(owner: DotNetType, method: str, nodes: Callable[[Any], Any]) -> None:
    """Declare a method without and with a name."""
    every, named = elements_of(nodes)
    owner.method(f"IEnumerable<XElement>! {method}()")(every)
    owner.method(f"IEnumerable<XElement>! {method}(XName name)")(named)


declare_elements(TYPE, "Ancestors", ancestors)
declare_elements(TYPE, "ElementsAfterSelf", after)
declare_elements(TYPE, "ElementsBeforeSelf", before)
TYPE.method("IEnumerable<XNode>! NodesAfterSelf()")(
    lambda node: xmllinq.listed("XNode", lambda: after(node))
)
TYPE.method("IEnumerable<XNode>! NodesBeforeSelf()")(
    lambda node: xmllinq.listed("XNode", lambda: before(node))
)

# -- changes ------------------------------------------------------------------------------------


def around(node: Node) -> Container:
    """Return the container of a node. Raises InvalidOperationException."""
    if node.parent is None:
        raise invalid_operation("The parent is missing.")
    return node.parent


@TYPE.method("void AddAfterSelf(object content)")
@TYPE.method("void AddAfterSelf(params object[] content)")
def add_after(node: Node, content: Any) -> None:
    """Insert content behind a node."""
    container = around(node)
    xmllinq.insert(container, container.place_of(node) + 1, content)


@TYPE.method("void AddBeforeSelf(object content)")
@TYPE.method("void AddBeforeSelf(params object[] content)")
def add_before(node: Node, content: Any) -> None:
    """Insert content in front of a node."""
    container = around(node)
    xmllinq.insert(container, container.place_of(node), content)


@TYPE.method("void ReplaceWith(object content)")
@TYPE.method("void ReplaceWith(params object[] content)")
def replace_with(node: Node, content: Any) -> None:
    """Put content into the place of a node."""
    container = around(node)
    place = container.place_of(node)
    xmllinq.detach(node)
    xmllinq.insert(container, place, content)


TYPE.method("void Remove()")(xmllinq.detach)

# -- comparison ---------------------------------------------------------------------------------


TYPE.static("bool DeepEquals(XNode n1, XNode n2)")(deep_equals)
TYPE.static("int CompareDocumentOrder(XNode n1, XNode n2)")(order)
TYPE.method("bool IsAfter(XNode node)")(lambda node, other: order(node, other) > 0)
TYPE.method("bool IsBefore(XNode node)")(lambda node, other: order(node, other) < 0)
TYPE.constant("XNodeEqualityComparer EqualityComparer", Equality())
TYPE.constant("XNodeDocumentOrderComparer DocumentOrderComparer", Order())
EQUALITY.constructor("()")(Equality)
EQUALITY.method("bool Equals(XNode x, XNode y)")(lambda _, one, other: deep_equals(one, other))
EQUALITY.method("int GetHashCode(XNode obj)")(lambda comparer, node: comparer.hash_of(node))
ORDER.constructor("()")(Order)
ORDER.method("int Compare(XNode x, XNode y)")(lambda _, one, other: order(one, other))
