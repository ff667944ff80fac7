"""System.Xml.XmlDocument and its kin: the tree with prefixes as they were written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from headgate.csharp.errors import bad_argument, invalid_operation
from headgate.csharp.runtime.collections import Items
from headgate.csharp.runtime.texts import joined
from headgate.csharp.runtime.xmlnames import XMLNS
from headgate.csharp.runtime.xmlreader import Source, read
from headgate.csharp.runtime.xmltree import (
    Attribute,
    CData,
    Comment,
    Container,
    Declaration,
    Document,
    Element,
    Family,
    Instruction,
    Node,
    Text,
    ancestors,
    declarations,
    inner_text,
    qualified,
)
from headgate.csharp.runtime.xmlwriter import Writer, namespace, write_leaf
from headgate.csharp.types import Type
from headgate.csharp.values import NetObject


class XmlAttribute(Attribute):
    """System.Xml.XmlAttribute."""

    __slots__ = ()
    NET = Type("System.Xml.XmlAttribute")


class XmlElement(Element):
    """System.Xml.XmlElement."""

    __slots__ = ()
    NET = Type("System.Xml.XmlElement")


class XmlText(Text):
    """System.Xml.XmlText."""

    __slots__ = ()
    NET = Type("System.Xml.XmlText")


class XmlWhitespace(Text):
    """System.Xml.XmlWhitespace: blanks between tags that were asked for."""

    __slots__ = ()
    NET = Type("System.Xml.XmlWhitespace")
    KIND = 13


class XmlCDataSection(CData):
    """System.Xml.XmlCDataSection."""

    __slots__ = ()
    NET = Type("System.Xml.XmlCDataSection")


class XmlComment(Comment):
    """System.Xml.XmlComment."""

    __slots__ = ()
    NET = Type("System.Xml.XmlComment")


class XmlProcessingInstruction(Instruction):
    """System.Xml.XmlProcessingInstruction."""

    __slots__ = ()
    NET = Type("System.Xml.XmlProcessingInstruction")


class XmlDeclaration(Instruction):
    """System.Xml.XmlDeclaration: a node in front of the element."""

    __slots__ = ()
    NET = Type("System.Xml.XmlDeclaration")
    KIND = 17


class XmlDocument(Document):
    """System.Xml.XmlDocument."""

    __slots__ = ("preserve",)
    NET = Type("System.Xml.XmlDocument")

    def __init__(self) -> None:
        super().__init__()
        self.preserve = False


class NodeList(Items):
    """System.Xml.XmlNodeList: nodes as they were when it was made."""

    __slots__ = ()

    def net_type(self) -> Type:
        """Return the type."""
        return Type("System.Xml.XmlNodeList")


class AttributeMap(NetObject):
    """System.Xml.XmlAttributeCollection: the attributes of an element."""

    __slots__ = ("element",)
    NET = Type("System.Xml.XmlAttributeCollection")

    def __init__(self, element: Element) -> None:
        self.element = element

    def __len__(self) -> int:
        return len(self.element.attributes)

    def __iter__(self) -> Any:
        return iter(list(self.element.attributes))


FAMILY = Family(
    element=XmlElement,
    attribute=XmlAttribute,
    text=XmlText,
    cdata=XmlCDataSection,
    comment=XmlComment,
    instruction=XmlProcessingInstruction,
    document=XmlDocument,
    whitespace=XmlWhitespace,
    declaration=Declaration,
    default=XMLNS,
)


def load(document: XmlDocument, data: Any) -> None:
    """Fill a document. Raises XmlException."""
    found = read(data, Source(FAMILY, keep_blanks=document.preserve))
    document.clear()
    if found.declaration is not None:
        said = found.declaration
        document.attach(declaration(said.version, said.encoding, said.standalone))
    for node in list(found.nodes):
        document.attach(node)


def parse_document(data: Any) -> XmlDocument:
    """Return the document in a text or in bytes. Raises XmlException."""
    document = XmlDocument()
    load(document, data)
    return document


def declaration(version: str | None, encoding: str | None, standalone: str | None) -> Node:
    """Return the node of a declaration."""
    parts = [f'version="{version or "1.0"}"']
    if encoding:
        parts.append(f'encoding="{encoding}"')
    if standalone:
        parts.append(f'standalone="{standalone}"')
    return XmlDeclaration("xml", " ".join(parts))


def listed(nodes: Iterable[Node]) -> NodeList:
    """Return nodes as an XmlNodeList."""
    return NodeList(Type("System.Xml.XmlNode"), nodes)


# -- text ---------------------------------------------------------------------------------------


class DomWriter(Writer):
    """Writes as XmlTextWriter does: ends of lines stay, invented prefixes tell the depth."""

    def ends(self, text: str) -> str:
        """Return a text as it is."""
        return text

    def __init__(self) -> None:
        super().__init__(False)
        self.count = 0

    def start(self, prefix: str | None, local: str, space: str) -> None:
        """Open an element."""
        super().start(prefix, local, space)
        self.count = 0

    def invented(self) -> str:
        """Return `d1p1` and so on."""
        self.count += 1
        return f"d{len(self.open)}p{self.count}"


def write(writer: Writer, node: Node) -> None:
    """Write a node with everything in it."""
    if isinstance(node, Element):
        writer.start(node.prefix or "", node.local, node.space)
        for attribute in node.attributes:
            writer.attribute(attribute, attribute.prefix)
        for one in node.nodes:
            write(writer, one)
        writer.end(full=bool(node.nodes) or node.blank)
    elif isinstance(node, Container):
        for one in node.nodes:
            write(writer, one)
    elif isinstance(node, Attribute):
        writer.open.append(("", len(writer.spaces), False))
        writer.attribute(node, node.prefix)
    elif isinstance(node, XmlWhitespace):
        writer.blanks(node.value)
    else:
        write_leaf(writer, node)


def outer_xml(node: Node) -> str:
    """Return `OuterXml`: namespaces from around are declared on the node itself."""
    writer = DomWriter()
    write(writer, node)
    return writer.result().strip(" ") if isinstance(node, Attribute) else writer.result()


def inner_xml(node: Node) -> str:
    """Return `InnerXml`."""
    if isinstance(node, Container):
        return joined(*[outer_xml(one) for one in node.nodes])
    return outer_value(node)


def outer_value(node: Node) -> str:
    """Return the content of a node without children; of an attribute with its escapes."""
    if not isinstance(node, Attribute):
        return inner_text(node)
    writer = DomWriter()
    writer.text(node.value)
    return writer.result().replace('"', "&quot;")


def set_inner_xml(node: Node, text: str | None) -> None:
    """Parse a text and make it the content. Raises XmlException."""
    if isinstance(node, XmlDocument):
        load(node, text)
        return
    if not isinstance(node, Element):
        raise invalid_operation("Cannot set the InnerXml of this node.")
    known: dict[str, str] = {}
    for above in reversed([node, *ancestors(node)]):
        if isinstance(above, Element):
            known |= dict(declarations(above))
    head = "".join([namespace(prefix, space) for prefix, space in known.items()])
    found = read(f"<x{head}>{text or ''}</x>", Source(FAMILY)).root
    assert found is not None
    node.clear()
    for one in list(found.nodes):
        node.attach(one)


# -- names and values ---------------------------------------------------------------------------

NAMES = {3: "#text", 4: "#cdata-section", 8: "#comment", 9: "#document", 13: "#whitespace"}


def name_of(node: Node) -> str:
    """Return `Name`."""
    if isinstance(node, Element | Attribute):
        return qualified(node)
    return node.target if isinstance(node, Instruction) else NAMES[node.KIND]


def value_of(node: Node) -> str | None:
    """Return `Value`; null of an element or document."""
    return None if isinstance(node, Container) else inner_text(node)


def set_value(node: Any, value: str | None) -> str | None:
    """Assign `Value`. Raises InvalidOperationException for an element or document."""
    if isinstance(node, Container):
        raise invalid_operation("Cannot set a value on this node type.")
    node.value = value or ""
    return value


def set_inner_text(node: Any, text: str | None) -> str | None:
    """Assign `InnerText`."""
    if isinstance(node, XmlDocument):
        raise invalid_operation("The 'InnerText' of a 'Document' node is read-only.")
    if isinstance(node, Element):
        node.clear()
        node.attach(XmlText(text or ""))
    else:
        node.value = text or ""
    return text


# -- changes ------------------------------------------------------------------------------------


def adopt(parent: Node, node: Node | None, place: int | None) -> Node:
    """Move a node to a place below another. Raises ArgumentException, InvalidOperation."""
    if node is None or not isinstance(parent, Container):
        raise invalid_operation("The node cannot be inserted here.")
    if isinstance(node, Attribute | Document) or node is parent:
        raise bad_argument("The specified node cannot be inserted as the valid child of this node.")
    if any(one is node for one in ancestors(parent)):
        raise bad_argument("A node cannot be inserted below itself.")
    if isinstance(parent, Document) and isinstance(node, Element):
        root = parent.root
        if root is not None and root is not node:
            raise invalid_operation("This document already has a 'DocumentElement' node.")
    if node.parent is not None:
        before = node.parent.place_of(node)
        if node.parent is parent and place is not None and before < place:
            place -= 1
        node.parent.detach(node)
    parent.attach(node, place)
    return node


def place_of(parent: Node, child: Node | None) -> int:
    """Return the place of a child. Raises ArgumentException for a stranger."""
    if child is None or child.parent is not parent or not isinstance(parent, Container):
        raise bad_argument("The reference node is not a child of this node.")
    return parent.place_of(child)
