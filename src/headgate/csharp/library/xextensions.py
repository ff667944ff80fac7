"""System.Xml.Linq.Extensions: the methods of nodes on sequences of nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.library.xnode import is_element
from headgate.csharp.runtime import xmllinq
from headgate.csharp.runtime.collections import Sequence
from headgate.csharp.runtime.linq import sorting
from headgate.csharp.runtime.sequences import items
from headgate.csharp.runtime.xmlcompare import path_of
from headgate.csharp.runtime.xmlnames import LINQ, XName
from headgate.csharp.runtime.xmltree import Element, Node, ancestors, children, descendants

TYPE = DotNetType(f"{LINQ}.Extensions", kind="static")

Walk = Callable[[Any], Iterable[Any]]


def each(kind: str, walk: Walk) -> Callable[[Any], Sequence]:
    """Return a method: the nodes that a walk from each node of a source finds."""

    def method(source: Any) -> Sequence:
        found = items(source)
        return xmllinq.listed(kind, lambda: (one for node in found for one in walk(node)))

    return method


def each_element(walk: Walk) -> Callable[..., Sequence]:
    """Return a method: the elements that a walk finds, or those of a name."""

    def every(source: Any) -> Sequence:
        return each("XElement", lambda node: (one for one in walk(node) if is_element(one, None)))(
            source
        )

    def method(source: Any, *name: XName | None) -> Sequence:
        if not name:
            return every(source)
        wanted = name[0]
        return each(
            "XElement",
            lambda node: (
                one for one in walk(node) if wanted is not None and is_element(one, wanted)
            ),
        )(source)

    return method


def attributes(node: Element, name: XName | None) -> Iterable[Any]:
    """Yield the attribute of a name."""
    found = None if name is None else node.attribute(name.local, name.space)
    return () if found is None else (found,)


WALKS: tuple[tuple[str, str, Walk], ...] = (
    ("Elements", "XContainer", lambda node: list(children(node))),
    ("Descendants", "XContainer", descendants),
    ("DescendantsAndSelf", "XElement", lambda node: [node, *descendants(node)]),
    ("Ancestors", "XNode", ancestors),
    ("AncestorsAndSelf", "XElement", lambda node: [node, *ancestors(node)]),
)
for NAME, OWNER, WALK in WALKS:
    THIS = f"this IEnumerable<{OWNER}> source"
    TYPE.extension(f"IEnumerable<XElement>! {NAME}({THIS})")(each_element(WALK))
    TYPE.extension(f"IEnumerable<XElement>! {NAME}({THIS}, XName name)")(each_element(WALK))

TYPE.extension("IEnumerable<XNode>! Nodes(this IEnumerable<XContainer> source)")(
    each("XNode", lambda node: list(children(node)))
)
TYPE.extension("IEnumerable<XNode>! DescendantNodes(this IEnumerable<XContainer> source)")(
    each("XNode", descendants)
)
TYPE.extension("IEnumerable<XNode>! DescendantNodesAndSelf(this IEnumerable<XElement> source)")(
    each("XNode", lambda node: [node, *descendants(node)])
)
TYPE.extension("IEnumerable<XAttribute>! Attributes(this IEnumerable<XElement> source)")(
    each("XAttribute", lambda node: list(node.attributes))
)


@TYPE.extension(
    "IEnumerable<XAttribute>! Attributes(this IEnumerable<XElement> source, XName name)"
)
def attributes_named(source: Any, name: XName | None) -> Sequence:
    """Return the attribute of a name of each element that has it."""
    return each("XAttribute", lambda node: attributes(node, name))(source)


@TYPE.extension("IEnumerable<T>! InDocumentOrder<T>(this IEnumerable<T> source)")
def in_document_order(source: Any) -> Sequence:
    """Return nodes in the order of their document."""

    def ordered() -> list[Any]:
        found = list(items(source))
        sorting(found)
        return sorted(found, key=path_of)

    return xmllinq.listed("XNode", ordered)


@TYPE.extension("void Remove(this IEnumerable<XNode> source)")
@TYPE.extension("void Remove(this IEnumerable<XAttribute> source)")
def remove(source: Any) -> None:
    """Take every node or attribute out of where it stands."""
    found: list[Node] = list(items(source))
    for one in found:
        xmllinq.detach(one)
