"""LINQ to XML: XElement and its kin, and what `Add` makes of content of any type."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from headgate.csharp.budget import ITEM, spend
from headgate.csharp.errors import bad_argument, invalid_operation, null_argument
from headgate.csharp.runtime.collections import Array, Sequence
from headgate.csharp.runtime.sequences import walk
from headgate.csharp.runtime.xmlnames import BLANKS, LINQ, XName
from headgate.csharp.runtime.xmlreader import Source, read
from headgate.csharp.runtime.xmltree import (
    Attribute,
    CData,
    Comment,
    Container,
    Declaration,
    Document,
    DocumentType,
    Element,
    Family,
    Instruction,
    Node,
    Text,
)
from headgate.csharp.runtime.xmlvalues import text_of
from headgate.csharp.runtime.xmlwriter import (
    attribute_text,
    declaration_text,
    to_string,
)
from headgate.csharp.types import Type

PRESERVE = 1
"""LoadOptions.PreserveWhitespace."""


class XAttribute(Attribute):
    """System.Xml.Linq.XAttribute."""

    __slots__ = ()
    NET = Type(f"{LINQ}.XAttribute")

    def to_text(self) -> str:
        """Return `name="value"`."""
        return attribute_text(self)


class XElement(Element):
    """System.Xml.Linq.XElement."""

    __slots__ = ()
    NET = Type(f"{LINQ}.XElement")

    def to_text(self) -> str:
        """Return the element with a line for each tag."""
        return to_string(self, indent=True)


class XText(Text):
    """System.Xml.Linq.XText."""

    __slots__ = ()
    NET = Type(f"{LINQ}.XText")

    def to_text(self) -> str:
        """Return the text with its escapes."""
        return to_string(self, indent=False)


class XCData(CData):
    """System.Xml.Linq.XCData."""

    __slots__ = ()
    NET = Type(f"{LINQ}.XCData")

    def to_text(self) -> str:
        """Return the section."""
        return to_string(self, indent=False)


class XComment(Comment):
    """System.Xml.Linq.XComment."""

    __slots__ = ()
    NET = Type(f"{LINQ}.XComment")

    def to_text(self) -> str:
        """Return the comment."""
        return to_string(self, indent=False)


class XProcessingInstruction(Instruction):
    """System.Xml.Linq.XProcessingInstruction."""

    __slots__ = ()
    NET = Type(f"{LINQ}.XProcessingInstruction")

    def to_text(self) -> str:
        """Return the instruction."""
        return to_string(self, indent=False)


class XDocumentType(DocumentType):
    """System.Xml.Linq.XDocumentType."""

    __slots__ = ()
    NET = Type(f"{LINQ}.XDocumentType")

    def to_text(self) -> str:
        """Return the document type."""
        return to_string(self, indent=False)


class XDocument(Document):
    """System.Xml.Linq.XDocument."""

    __slots__ = ()
    NET = Type(f"{LINQ}.XDocument")

    def to_text(self) -> str:
        """Return the document without its declaration."""
        return to_string(self, indent=True)


class XDeclaration(Declaration):
    """System.Xml.Linq.XDeclaration."""

    __slots__ = ()
    NET = Type(f"{LINQ}.XDeclaration")

    def to_text(self) -> str:
        """Return the declaration."""
        return declaration_text(self)


FAMILY = Family(
    element=XElement,
    attribute=XAttribute,
    text=XText,
    cdata=XCData,
    comment=XComment,
    instruction=XProcessingInstruction,
    document=XDocument,
    whitespace=XText,
    declaration=XDeclaration,
)
LEAVES = (Text, Comment, Instruction, DocumentType)
Content = Node | str


def parse_document(data: Any, options: int = 0) -> XDocument:
    """Return the document in a text or in bytes. Raises XmlException."""
    found = read(data, Source(FAMILY, keep_blanks=bool(options & PRESERVE)))
    assert isinstance(found, XDocument)
    return found


def parse_element(data: Any, options: int = 0) -> XElement:
    """Return the element of the document in a text or in bytes. Raises XmlException."""
    document = parse_document(data, options)
    root = document.root
    assert isinstance(root, XElement)
    document.detach(root)
    return root


def element_of(name: XName | None) -> XElement:
    """Return a new element. Raises ArgumentNullException for no name."""
    if name is None:
        raise null_argument("name")
    return XElement(name.local, name.space)


def name_of(node: Element | Attribute) -> XName:
    """Return the name of an element or attribute."""
    return XName(node.local, node.space)


# -- content ------------------------------------------------------------------------------------


def flat(content: Any) -> Iterable[Content]:
    """Yield the nodes, attributes and texts in content: of collections their items, of anything
    else its text."""
    if content is None:
        return
    if isinstance(content, Node | str):
        yield content
    elif hasattr(content, "__iter__"):
        for one in walk(content):
            spend(ITEM)
            yield from flat(one)
    else:
        yield text_of(content)


def free(node: Node) -> Node:
    """Return a node that may be put somewhere: a copy if it stands somewhere already."""
    return node if node.parent is None else node.copy()


def add(target: Container, content: Any) -> None:
    """Add content at the end; attributes to the element itself."""
    for one in list(flat(content)):
        if isinstance(one, Attribute):
            if not isinstance(target, Element):
                raise bad_argument("An attribute cannot be added to content.")
            taken = free(one)
            assert isinstance(taken, Attribute)
            target.hang(taken)
        else:
            place(target, len(target.nodes), one)


def insert(target: Container, at: int, content: Any) -> None:
    """Insert content at a place. Raises ArgumentException for an attribute."""
    for one in list(flat(content)):
        if isinstance(one, Attribute):
            raise bad_argument("An attribute cannot be added to content.")
        at = place(target, at, one)


def place(target: Container, at: int, content: Content) -> int:
    """Put one node or text at a place and return the next one. A text joins the text before it."""
    if isinstance(content, str):
        return place_text(target, at, content)
    check(target, content)
    node = free(content)
    if node is content and any(one is node for one in lineage(target)):
        node = node.copy()
    target.attach(node, at if at < len(target.nodes) else None)
    return at + 1


def place_text(target: Container, at: int, text: str) -> int:
    """Put a text at a place and return the next one."""
    if isinstance(target, Document):
        blank_only(text)
    if not text:
        if isinstance(target, Element) and not target.nodes:
            target.blank = True
        return at
    last = target.nodes[at - 1] if at else None
    if isinstance(last, Text) and not isinstance(last, CData):
        last.value = last.value + text
        spend(len(last.value))
        return at
    target.attach(XText(text), at if at < len(target.nodes) else None)
    return at + 1


def blank_only(text: str) -> None:
    """Refuse a text beside the root of a document that is more than blanks."""
    if text.strip(BLANKS):
        raise bad_argument("Non-whitespace characters cannot be added to content.")


def lineage(node: Node) -> Iterable[Node]:
    """Yield a node and everything around it."""
    found: Node | None = node
    while found is not None:
        yield found
        found = found.parent


def check(target: Container, node: Node) -> None:
    """Refuse what may not stand in a container: ArgumentException, InvalidOperationException."""
    if isinstance(node, Document):
        raise bad_argument("A node of type Document cannot be added to content.")
    if isinstance(target, Element):
        if isinstance(node, DocumentType):
            raise bad_argument("A node of type DocumentType cannot be added to content.")
        return
    if isinstance(node, Element):
        if any(isinstance(one, Element) for one in target.nodes):
            raise invalid_operation(
                "This operation would create an incorrectly structured document."
            )
    elif isinstance(node, Text):
        if isinstance(node, CData):
            raise bad_argument("A node of type CDATA cannot be added to content.")
        blank_only(node.value)


def detach(node: Node) -> None:
    """Take a node or attribute out. Raises InvalidOperationException where it has no parent."""
    parent = node.parent
    if parent is None:
        raise invalid_operation("The parent is missing.")
    if isinstance(node, Attribute):
        assert isinstance(parent, Element)
        parent.drop(node)
        return
    parent.detach(node)
    if isinstance(parent, Element) and not parent.nodes:
        parent.blank = False


def set_text(element: Element, text: str) -> None:
    """Make a text the only content."""
    element.clear()
    place_text(element, 0, text)


def listed(kind: str, make: Callable[[], Iterable[Any]]) -> Sequence:
    """Return a lazy sequence of nodes of a type of LINQ to XML."""
    return Sequence(Type(f"{LINQ}.{kind}"), make)


def array_of(kind: str, nodes: Iterable[Any]) -> Array:
    """Return an array of nodes."""
    return Array(Type(f"{LINQ}.{kind}"), nodes)
