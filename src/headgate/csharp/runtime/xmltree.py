"""The tree behind every document of XML, whichever of .NET's two object models shows it.

`xmllinq` (XElement and its kin) and `xmldom` (XmlDocument and its kin) give the nodes their .NET
names; reader, writer and XPath know only what stands here. A namespace declaration is an attribute.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

import msgspec

from headgate.csharp.budget import spend
from headgate.csharp.errors import invalid_operation
from headgate.csharp.runtime.xmlnames import XML, XMLNS
from headgate.csharp.values import NetObject, enum_class

NAMES = (
    *("None", "Element", "Attribute", "Text", "CDATA", "EntityReference", "Entity"),
    *("ProcessingInstruction", "Comment", "Document", "DocumentType", "DocumentFragment"),
    *("Notation", "Whitespace", "SignificantWhitespace", "EndElement", "EndEntity"),
    "XmlDeclaration",
)
NodeType = enum_class("System.Xml.XmlNodeType", {name: at for at, name in enumerate(NAMES)})

VISIT = 100
"""Units of a node that is looked at."""


class Node(NetObject, ABC):
    """Anything with a place in a tree; the `parent` of an attribute is its element."""

    __slots__ = ("parent",)
    KIND: ClassVar[int] = 0
    """XmlNodeType."""

    def __init__(self) -> None:
        self.parent: Container | None = None

    @abstractmethod
    def copy(self) -> Node:
        """Return a deep copy that has no parent."""


class Attribute(Node):
    """An attribute. `prefix` is None where the writer has to find one."""

    __slots__ = ("local", "prefix", "space", "value")
    KIND = 2

    def __init__(self, local: str, space: str, value: str, prefix: str | None = None) -> None:
        self.parent = None
        self.local = local
        self.space = space
        self.value = value
        self.prefix = prefix

    @property
    def declares(self) -> str | None:
        """Return the prefix that this declares, empty for the default one; None: it is plain."""
        if self.space == XMLNS:
            return "" if self.local == "xmlns" else self.local
        return "" if self.local == "xmlns" and not self.space else None

    def copy(self) -> Node:
        """Return a copy that belongs to no element."""
        return type(self)(self.local, self.space, self.value, self.prefix)


class Text(Node):
    """Text between tags."""

    __slots__ = ("value",)
    KIND = 3

    def __init__(self, value: str) -> None:
        self.parent = None
        self.value = value

    def copy(self) -> Node:
        """Return a copy that belongs to no element."""
        return type(self)(self.value)


class CData(Text):
    """A CDATA section."""

    __slots__ = ()
    KIND = 4


class Comment(Node):
    """A comment."""

    __slots__ = ("value",)
    KIND = 8

    def __init__(self, value: str) -> None:
        self.parent = None
        self.value = value

    def copy(self) -> Node:
        """Return a copy that belongs to no document."""
        return type(self)(self.value)


class Instruction(Node):
    """A processing instruction."""

    __slots__ = ("target", "value")
    KIND = 7

    def __init__(self, target: str, value: str) -> None:
        self.parent = None
        self.target = target
        self.value = value

    def copy(self) -> Node:
        """Return a copy that belongs to no document."""
        return type(self)(self.target, self.value)


class DocumentType(Node):
    """`<!DOCTYPE ...>`, which an expression may write; none is ever read."""

    __slots__ = ("name", "public_id", "subset", "system_id")
    KIND = 10

    def __init__(
        self, name: str, public_id: str | None, system_id: str | None, subset: str | None
    ) -> None:
        self.parent = None
        self.name = name
        self.public_id = public_id
        self.system_id = system_id
        self.subset = subset

    def copy(self) -> Node:
        """Return a copy that belongs to no document."""
        return type(self)(self.name, self.public_id, self.system_id, self.subset)


class Container(Node):
    """An element or a document: what holds other nodes."""

    __slots__ = ("nodes",)

    def __init__(self) -> None:
        self.parent = None
        self.nodes: list[Node] = []

    def attach(self, node: Node, place: int | None = None) -> None:
        """Put a node that has no parent among the children, last unless told where."""
        node.parent = self
        if place is None:
            self.nodes.append(node)
        else:
            spend(len(self.nodes) - place)
            self.nodes.insert(place, node)

    def detach(self, node: Node) -> None:
        """Take a child out."""
        del self.nodes[self.place_of(node)]
        node.parent = None

    def place_of(self, node: Node) -> int:
        """Return the place of a child."""
        spend(10 * len(self.nodes))
        return next(place for place, one in enumerate(self.nodes) if one is node)

    def clear(self) -> None:
        """Take all children out."""
        for node in self.nodes:
            node.parent = None
        self.nodes = []


class Element(Container):
    """An element. `blank`: it is written with an end tag though nothing is in it."""

    __slots__ = ("attributes", "blank", "local", "prefix", "space")
    KIND = 1

    def __init__(self, local: str, space: str = "", prefix: str | None = None) -> None:
        self.parent = None
        self.nodes = []
        self.local = local
        self.space = space
        self.prefix = prefix
        self.attributes: list[Attribute] = []
        self.blank = False

    def attribute(self, local: str, space: str = "") -> Attribute | None:
        """Return the attribute of a name."""
        for one in self.attributes:
            if one.local == local and one.space == space:
                return one
        return None

    def hang(self, attribute: Attribute) -> None:
        """Add an attribute that has no parent. Raises InvalidOperationException for a second one
        of a name."""
        if self.attribute(attribute.local, attribute.space) is not None:
            raise invalid_operation("Duplicate attribute.")
        attribute.parent = self
        self.attributes.append(attribute)

    def drop(self, attribute: Attribute) -> None:
        """Take an attribute off."""
        self.attributes = [one for one in self.attributes if one is not attribute]
        attribute.parent = None

    def clear(self) -> None:
        """Take all children out; what is left is `<a />`."""
        super().clear()
        self.blank = False

    def copy(self) -> Node:
        """Return a deep copy that has no parent."""
        spend(VISIT * (1 + len(self.attributes)))
        twin = type(self)(self.local, self.space, self.prefix)
        twin.blank = self.blank
        for attribute in self.attributes:
            other = attribute.copy()
            other.parent = twin
            twin.attributes.append(other)  # type: ignore[arg-type]  # a copy is of the same class
        for node in self.nodes:
            twin.attach(node.copy())
        return twin


class Document(Container):
    """A document: at most one element, and what stands beside it."""

    __slots__ = ("declaration",)
    KIND = 9

    def __init__(self) -> None:
        super().__init__()
        self.declaration: Declaration | None = None

    @property
    def root(self) -> Element | None:
        """Return the element."""
        return next((one for one in self.nodes if isinstance(one, Element)), None)

    def copy(self) -> Node:
        """Return a deep copy."""
        twin = type(self)()
        if self.declaration is not None:
            said = self.declaration
            twin.declaration = type(said)(said.version, said.encoding, said.standalone)
        for node in self.nodes:
            twin.attach(node.copy())
        return twin


class Declaration(NetObject):
    """`<?xml version="1.0" encoding="..." standalone="..."?>`; null where nothing is said."""

    __slots__ = ("encoding", "standalone", "version")

    def __init__(self, version: str | None, encoding: str | None, standalone: str | None) -> None:
        self.version = version
        self.encoding = encoding
        self.standalone = standalone


class Family(msgspec.Struct, frozen=True):
    """The classes of one object model, for whatever makes nodes; `whitespace` are blanks between
    tags, `default` is the namespace of the attribute `xmlns` itself."""

    element: type[Element]
    attribute: type[Attribute]
    text: type[Text]
    cdata: type[CData]
    comment: type[Comment]
    instruction: type[Instruction]
    document: type[Document]
    whitespace: type[Text]
    declaration: type[Declaration]
    default: str = ""


# -- walking ------------------------------------------------------------------------------------


def children(node: Node) -> list[Node]:
    """Return the children of any node."""
    return node.nodes if isinstance(node, Container) else []


def descendants(node: Node) -> Iterator[Node]:
    """Yield everything below a node in document order; each is charged."""
    waiting = [iter(children(node))]
    while waiting:
        found = next(waiting[-1], None)
        if found is None:
            waiting.pop()
            continue
        spend(VISIT)
        yield found
        if isinstance(found, Container):
            waiting.append(iter(list(found.nodes)))


def ancestors(node: Node) -> Iterator[Container]:
    """Yield the parent, its parent and so on."""
    above = node.parent
    while above is not None:
        spend(VISIT)
        yield above
        above = above.parent


def root_of(node: Node) -> Node:
    """Return the outermost node."""
    while node.parent is not None:
        node = node.parent
    return node


def after(node: Node) -> list[Node]:
    """Return the siblings behind a node."""
    parent = node.parent
    if parent is None or isinstance(node, Attribute):
        return []
    return parent.nodes[parent.place_of(node) + 1 :]


def before(node: Node) -> list[Node]:
    """Return the siblings in front of a node, in document order."""
    parent = node.parent
    if parent is None or isinstance(node, Attribute):
        return []
    return parent.nodes[: parent.place_of(node)]


def inner_text(node: Node) -> str:
    """Return all text inside of an element or document, or the value of any other node."""
    if isinstance(node, Container):
        return "".join([one.value for one in descendants(node) if isinstance(one, Text)])
    if isinstance(node, Attribute | Text | Comment | Instruction):
        return node.value
    return ""


# -- namespaces ---------------------------------------------------------------------------------


def declarations(element: Element) -> Iterator[tuple[str, str]]:
    """Yield prefix and namespace of each declaration on an element."""
    for one in element.attributes:
        prefix = one.declares
        if prefix is not None:
            yield prefix, one.value


def namespace_of(node: Node, prefix: str) -> str | None:
    """Return the namespace that a prefix means at a node; None: nobody declares it."""
    if prefix in ("xml", "xmlns"):
        return XML if prefix == "xml" else XMLNS
    place: Node | None = node if isinstance(node, Element) else node.parent
    while isinstance(place, Element):
        for known, space in declarations(place):
            if known == prefix:
                return space
        if place.prefix == prefix and place.space:
            return place.space
        place = place.parent
    return None


def prefix_of(node: Node, space: str) -> str | None:
    """Return a prefix that means a namespace at a node, never the empty one."""
    if space in (XML, XMLNS):
        return "xml" if space == XML else "xmlns"
    hidden: set[str] = set()
    place: Node | None = node if isinstance(node, Element) else node.parent
    while isinstance(place, Element):
        for prefix, known in declarations(place):
            if known == space and prefix and prefix not in hidden:
                return prefix
            hidden.add(prefix)
        place = place.parent
    return None


def qualified(node: Element | Attribute) -> str:
    """Return the name of an element or attribute with its prefix."""
    prefix = node.prefix if node.prefix is not None else found_prefix(node)
    return f"{prefix}:{node.local}" if prefix else node.local


def found_prefix(node: Element | Attribute) -> str:
    """Return the prefix that the declarations around a node give it."""
    if not node.space:
        return ""
    if isinstance(node, Element) and namespace_of(node, "") == node.space:
        return ""
    return prefix_of(node, node.space) or ""
