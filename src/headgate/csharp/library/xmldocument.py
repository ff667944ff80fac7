"""System.Xml.XmlDocument, XmlNode, XmlElement and the other nodes of this object model.

Microsoft's list of allowed types (apim.md 8.5) leaves them out, yet policies in the field use them.
"""

from __future__ import annotations

from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import bad_argument, null_argument
from headgate.csharp.library.xmlnamespacemanager import NameTable, resolver_of
from headgate.csharp.runtime import xmldom, xpath
from headgate.csharp.runtime.collections import Array
from headgate.csharp.runtime.textio import TextWriter
from headgate.csharp.runtime.xmldom import AttributeMap, NodeList, XmlDocument
from headgate.csharp.runtime.xmlnames import XMLNS, qualified_name
from headgate.csharp.runtime.xmltree import (
    Attribute,
    Container,
    Document,
    Element,
    Instruction,
    Node,
    NodeType,
    after,
    before,
    children,
    descendants,
    inner_text,
    namespace_of,
    prefix_of,
    qualified,
    root_of,
)
from headgate.csharp.types import Type

XML = "System.Xml"
BASE = Type(f"{XML}.XmlNode")
TYPE = DotNetType(f"{XML}.XmlNode", bases=("System.Collections.IEnumerable",))
DOCUMENT = DotNetType(f"{XML}.XmlDocument", bases=("XmlNode",), python=XmlDocument)
ELEMENT = DotNetType(f"{XML}.XmlElement", bases=("XmlLinkedNode",), python=xmldom.XmlElement)
ATTRIBUTE = DotNetType(f"{XML}.XmlAttribute", bases=("XmlNode",), python=xmldom.XmlAttribute)
LINKED = DotNetType(f"{XML}.XmlLinkedNode", bases=("XmlNode",))
DATA = DotNetType(f"{XML}.XmlCharacterData", bases=("XmlLinkedNode",))
LEAVES = tuple(
    DotNetType(f"{XML}.{kind.__name__}", bases=("XmlCharacterData",), python=kind)
    for kind in (
        *(xmldom.XmlText, xmldom.XmlWhitespace, xmldom.XmlCDataSection, xmldom.XmlComment),
    )
)
INSTRUCTION = DotNetType(
    f"{XML}.XmlProcessingInstruction",
    bases=("XmlLinkedNode",),
    python=xmldom.XmlProcessingInstruction,
)
DECLARATION = DotNetType(
    f"{XML}.XmlDeclaration", bases=("XmlLinkedNode",), python=xmldom.XmlDeclaration
)
NODES = DotNetType(f"{XML}.XmlNodeList", bases=("System.Collections.IEnumerable",), python=NodeList)
ATTRIBUTES = DotNetType(
    f"{XML}.XmlAttributeCollection", bases=("System.Collections.IEnumerable",), python=AttributeMap
)
TYPES = (
    *(DOCUMENT, ELEMENT, ATTRIBUTE, LINKED, DATA, *LEAVES),
    *(INSTRUCTION, DECLARATION, NODES, ATTRIBUTES),
)

# -- every node ---------------------------------------------------------------------------------


def at(nodes: list[Any], index: int) -> Node | None:
    """Return a node by its place, or null."""
    return nodes[index] if 0 <= index < len(nodes) else None


def shown_parent(node: Node) -> Node | None:
    """Return the parent; an attribute has none."""
    return None if isinstance(node, Attribute) else node.parent


def owner(node: Node) -> Node | None:
    """Return the document around a node."""
    found = root_of(node)
    return found if isinstance(found, Document) and found is not node else None


def local_name(node: Node) -> str:
    """Return `LocalName`."""
    return node.local if isinstance(node, Element | Attribute) else xmldom.name_of(node)


def attributes_of(node: Node) -> AttributeMap | None:
    """Return the attributes; null of anything but an element."""
    return AttributeMap(node) if isinstance(node, Element) else None


def set_inner_xml(node: Node, text: str | None) -> str | None:
    """Assign `InnerXml`."""
    xmldom.set_inner_xml(node, text)
    return text


TYPE.property("string! Name")(xmldom.name_of)
TYPE.property("string! LocalName")(local_name)
TYPE.property("string! Prefix")(
    lambda node: node.prefix or "" if isinstance(node, Element | Attribute) else ""
)
TYPE.property("string! NamespaceURI")(
    lambda node: node.space if isinstance(node, Element | Attribute) else ""
)
TYPE.property("string! BaseURI", code="''")
TYPE.property("XmlNodeType NodeType")(lambda node: NodeType(node.KIND))
TYPE.property("string Value", setter=xmldom.set_value)(xmldom.value_of)
TYPE.property("string! InnerText", setter=xmldom.set_inner_text)(inner_text)
TYPE.property("string! InnerXml", setter=set_inner_xml)(xmldom.inner_xml)
TYPE.property("string! OuterXml")(xmldom.outer_xml)
TYPE.property("XmlNode ParentNode")(shown_parent)
TYPE.property("XmlDocument OwnerDocument")(owner)
TYPE.property("XmlAttributeCollection Attributes")(attributes_of)
TYPE.property("XmlNodeList! ChildNodes")(lambda node: xmldom.listed(children(node)))
TYPE.property("bool HasChildNodes")(lambda node: bool(children(node)))
TYPE.property("XmlNode FirstChild")(lambda node: at(children(node), 0))
TYPE.property("XmlNode LastChild")(lambda node: at(children(node)[-1:], 0))
TYPE.property("XmlNode NextSibling")(lambda node: at(after(node), 0))
TYPE.property("XmlNode PreviousSibling")(lambda node: at(before(node)[-1:], 0))
TYPE.method("XmlNode! Clone()", code="{0}.copy()")


@TYPE.indexer("XmlElement this[string name]")
def child_named(node: Node, name: str | None) -> Node | None:
    """Return the first child element of a name with its prefix, or null."""
    found = (one for one in children(node) if isinstance(one, Element) and qualified(one) == name)
    return next(found, None)


@TYPE.indexer("XmlElement this[string localname, string ns]")
def child_in_space(node: Node, local: str | None, space: str | None) -> Node | None:
    """Return the first child element of a name in a namespace, or null."""
    for one in children(node):
        if isinstance(one, Element) and (one.local, one.space) == (local, space):
            return one
    return None


@TYPE.method("XmlNode! CloneNode(bool deep)")
def clone(node: Node, deep: bool) -> Node:
    """Return a copy, without its children unless `deep`."""
    if deep or not isinstance(node, Container):
        return node.copy()
    kept, node.nodes = node.nodes, []
    try:
        return node.copy()
    finally:
        node.nodes = kept


@TYPE.method("XmlNodeList! SelectNodes(string xpath)")
@TYPE.method("XmlNodeList! SelectNodes(string xpath, IXmlNamespaceResolver nsmgr)")
def select_nodes(node: Node, path: str | None, resolver: Any = None) -> NodeList:
    """Return the nodes that a path of XPath finds. Raises XPathException."""
    if path is None:
        raise null_argument("xpath")
    return xmldom.listed(xpath.select(node, path, resolver_of(resolver)))


@TYPE.method("XmlNode SelectSingleNode(string xpath)")
@TYPE.method("XmlNode SelectSingleNode(string xpath, IXmlNamespaceResolver nsmgr)")
def select_single(node: Node, path: str | None, resolver: Any = None) -> Node | None:
    """Return the first node that a path finds, or null."""
    return at(select_nodes(node, path, resolver), 0)


@TYPE.method("string! GetNamespaceOfPrefix(string prefix)")
def namespace(node: Node, prefix: str | None) -> str:
    """Return what a prefix stands for, or nothing."""
    return namespace_of(node, prefix or "") or ""


@TYPE.method("string! GetPrefixOfNamespace(string namespaceURI)")
def prefix(node: Node, space: str | None) -> str:
    """Return a prefix that stands for a namespace, or nothing."""
    return prefix_of(node, space or "") or ""


TYPE.method("XmlNode! AppendChild(XmlNode newChild)")(
    lambda node, child: xmldom.adopt(node, child, None)
)
TYPE.method("XmlNode! PrependChild(XmlNode newChild)")(
    lambda node, child: xmldom.adopt(node, child, 0)
)


@TYPE.method("XmlNode! InsertBefore(XmlNode newChild, XmlNode refChild)")
def insert_before(node: Node, child: Node | None, reference: Node | None) -> Node:
    """Insert a child in front of another; with null at the end."""
    place = None if reference is None else xmldom.place_of(node, reference)
    return xmldom.adopt(node, child, place)


@TYPE.method("XmlNode! InsertAfter(XmlNode newChild, XmlNode refChild)")
def insert_after(node: Node, child: Node | None, reference: Node | None) -> Node:
    """Insert a child behind another; with null at the beginning."""
    place = 0 if reference is None else xmldom.place_of(node, reference) + 1
    return xmldom.adopt(node, child, place)


@TYPE.method("XmlNode! RemoveChild(XmlNode oldChild)")
def remove_child(node: Node, child: Node | None) -> Node:
    """Take a child out. Raises ArgumentException for a stranger."""
    xmldom.place_of(node, child)
    assert isinstance(node, Container)
    assert child is not None
    node.detach(child)
    return child


@TYPE.method("XmlNode! ReplaceChild(XmlNode newChild, XmlNode oldChild)")
def replace_child(node: Node, child: Node | None, old: Node | None) -> Node:
    """Put a node into the place of a child."""
    place = xmldom.place_of(node, old)
    gone = remove_child(node, old)
    xmldom.adopt(node, child, place)
    return gone


@TYPE.method("void RemoveAll()")
def remove_all(node: Node) -> None:
    """Take all children and attributes out."""
    if isinstance(node, Container):
        node.clear()
    if isinstance(node, Element):
        node.attributes = []


# -- elements -----------------------------------------------------------------------------------


def named(element: Element, name: str | None) -> Attribute | None:
    """Return the attribute of a name with its prefix, or null."""
    return next((one for one in element.attributes if qualified(one) == name), None)


def in_space(element: Element, local: str | None, space: str | None) -> Attribute | None:
    """Return the attribute of a name in a namespace, or null."""
    return element.attribute(local or "", space or "")


def value_or_nothing(found: Attribute | None) -> str:
    """Return the value of an attribute that may be missing."""
    return "" if found is None else found.value


def new_attribute(name: str | None, space: str | None = None) -> Attribute:
    """Return an attribute of a name with its prefix."""
    prefix, local = qualified_name(name)
    if space is None:
        space = XMLNS if "xmlns" in (prefix, name) else ""
    return xmldom.XmlAttribute(local, space, "", prefix or (None if space else ""))


@ELEMENT.method("void SetAttribute(string name, string value)")
def set_attribute(element: Element, name: str | None, value: str | None) -> None:
    """Add or change an attribute."""
    found = named(element, name)
    if found is None:
        found = new_attribute(name)
        element.hang(found)
    found.value = value or ""


@ELEMENT.method("string! SetAttribute(string localName, string namespaceURI, string value)")
def set_spaced(element: Element, local: str | None, space: str | None, value: str | None) -> str:
    """Add or change an attribute of a namespace."""
    found = in_space(element, local, space)
    if found is None:
        found = new_attribute(local, space or "")
        element.hang(found)
    found.value = value or ""
    return found.value


def removed(element: Element, found: Attribute | None) -> None:
    """Take an attribute off, if it is there."""
    if found is not None:
        element.drop(found)


def by_tag(node: Node, name: str | None) -> NodeList:
    """Return the elements of a name below; `*` takes all."""
    found = [one for one in descendants(node) if isinstance(one, Element)]
    return xmldom.listed([one for one in found if name == "*" or qualified(one) == name])


def by_tag_in_space(node: Node, local: str | None, space: str | None) -> NodeList:
    """Return the elements of a name in a namespace; `*` takes all."""
    found = [one for one in descendants(node) if isinstance(one, Element)]
    return xmldom.listed(
        [one for one in found if local in ("*", one.local) and space in ("*", one.space)]
    )


def set_empty(element: Element, value: bool) -> bool:
    """Assign `IsEmpty`."""
    if value:
        element.clear()
    element.blank = not value
    return value


NAMED, SPACED = "string name", "string localName, string namespaceURI"
ELEMENT.method(f"string! GetAttribute({NAMED})")(lambda *key: value_or_nothing(named(*key)))
ELEMENT.method(f"string! GetAttribute({SPACED})")(lambda *key: value_or_nothing(in_space(*key)))
ELEMENT.method(f"XmlAttribute GetAttributeNode({NAMED})")(named)
ELEMENT.method(f"XmlAttribute GetAttributeNode({SPACED})")(in_space)
ELEMENT.method(f"bool HasAttribute({NAMED})")(lambda *key: named(*key) is not None)
ELEMENT.method(f"bool HasAttribute({SPACED})")(lambda *key: in_space(*key) is not None)
ELEMENT.method(f"void RemoveAttribute({NAMED})")(
    lambda element, name: removed(element, named(element, name))
)
ELEMENT.method(f"void RemoveAttribute({SPACED})")(
    lambda element, *key: removed(element, in_space(element, *key))
)
ELEMENT.property("bool HasAttributes", code="len({0}.attributes) > 0")
ELEMENT.property("bool IsEmpty", setter=set_empty)(
    lambda element: not element.nodes and not element.blank
)


@ELEMENT.method("void RemoveAllAttributes()")
def remove_attributes(element: Element) -> None:
    """Take all attributes off."""
    element.attributes = []


for one in (ELEMENT, DOCUMENT):
    one.method(f"XmlNodeList! GetElementsByTagName({NAMED})")(by_tag)
    one.method(f"XmlNodeList! GetElementsByTagName({SPACED})")(by_tag_in_space)

ATTRIBUTE.property("XmlElement OwnerElement", code="{0}.parent")
ATTRIBUTE.property("bool Specified", code="True")

# -- text, comments, instructions ---------------------------------------------------------------

DATA.property("string! Data", code="{0}.value", setter=xmldom.set_value)
DATA.property("int Length", code="len({0}.value)")
for one in (INSTRUCTION,):
    one.property("string! Target", code="{0}.target")
    one.property("string! Data", code="{0}.value", setter=xmldom.set_value)


def said(node: Instruction, name: str) -> str:
    """Return a part of a declaration."""
    head = f'{name}="'
    found = node.value.partition(head)[2]
    return found.partition('"')[0]


DECLARATION.property("string! Version")(lambda node: said(node, "version"))
DECLARATION.property("string! Encoding")(lambda node: said(node, "encoding"))
DECLARATION.property("string! Standalone")(lambda node: said(node, "standalone"))

# -- lists --------------------------------------------------------------------------------------

NODES.property("int Count", code="len({0})")
NODES.method("XmlNode Item(int index)")(at)
NODES.indexer("XmlNode this[int i]")(at)
ATTRIBUTES.property("int Count", code="len({0})")


@ATTRIBUTES.indexer("XmlAttribute this[int i]")
def attribute_at(found: AttributeMap, index: int) -> Attribute:
    """Return an attribute by its place. Raises IndexOutOfRangeException."""
    from_list = Array(BASE, found)
    one = at(from_list, index)
    if not isinstance(one, Attribute):
        raise bad_argument("The index is out of range.")
    return one


ATTRIBUTES.indexer("XmlAttribute this[string name]")(lambda found, name: named(found.element, name))
ATTRIBUTES.indexer("XmlAttribute this[string localName, string namespaceURI]")(
    lambda found, *key: in_space(found.element, *key)
)
ATTRIBUTES.method(f"XmlNode GetNamedItem({NAMED})")(lambda found, name: named(found.element, name))


@ATTRIBUTES.method("XmlAttribute! Append(XmlAttribute node)")
def append_attribute(found: AttributeMap, attribute: Attribute | None) -> Attribute:
    """Add an attribute in place of the one of its name."""
    if attribute is None:
        raise null_argument("node")
    removed(found.element, in_space(found.element, attribute.local, attribute.space))
    found.element.hang(attribute)
    return attribute


# -- documents ----------------------------------------------------------------------------------

DOCUMENT.constructor("()")(XmlDocument)
DOCUMENT.method("void LoadXml(string xml)")(xmldom.load)
DOCUMENT.method("void Load(TextReader txtReader)")(
    lambda document, reader: xmldom.load(document, reader.rest())
)
DOCUMENT.property("XmlElement DocumentElement", code="{0}.root")


def set_preserve(document: XmlDocument, value: bool) -> bool:
    """Assign `PreserveWhitespace`."""
    document.preserve = value
    return value


DOCUMENT.property("XmlNameTable! NameTable")(lambda _: NameTable())
DOCUMENT.property("bool PreserveWhitespace", code="{0}.preserve", setter=set_preserve)


@DOCUMENT.method("XmlElement! CreateElement(string name)")
@DOCUMENT.method("XmlElement! CreateElement(string qualifiedName, string namespaceURI)")
def create_element(_: XmlDocument, name: str | None, space: str | None = "") -> Element:
    """Return an element that stands nowhere."""
    prefix, local = qualified_name(name)
    return xmldom.XmlElement(local, space or "", prefix)


@DOCUMENT.method("XmlElement! CreateElement(string prefix, string localName, string namespaceURI)")
def create_prefixed(
    _: XmlDocument, prefix: str | None, local: str | None, space: str | None
) -> Element:
    """Return an element with a prefix."""
    return xmldom.XmlElement(qualified_name(local)[1], space or "", prefix or "")


DOCUMENT.method(f"XmlAttribute! CreateAttribute({NAMED})")(lambda _, name: new_attribute(name))
DOCUMENT.method("XmlAttribute! CreateAttribute(string qualifiedName, string namespaceURI)")(
    lambda _, name, space: new_attribute(name, space or "")
)
DOCUMENT.method(
    "XmlAttribute! CreateAttribute(string prefix, string localName, string namespaceURI)"
)(lambda _, prefix, local, space: xmldom.XmlAttribute(local, space or "", "", prefix or None))
DOCUMENT.method("XmlText! CreateTextNode(string text)")(lambda _, text: xmldom.XmlText(text or ""))
DOCUMENT.method("XmlCDataSection! CreateCDataSection(string data)")(
    lambda _, text: xmldom.XmlCDataSection(text or "")
)
DOCUMENT.method("XmlComment! CreateComment(string data)")(
    lambda _, text: xmldom.XmlComment(text or "")
)
DOCUMENT.method(
    "XmlProcessingInstruction! CreateProcessingInstruction(string target, string data)"
)(lambda _, target, text: xmldom.XmlProcessingInstruction(target, text or ""))
DOCUMENT.method(
    "XmlDeclaration! CreateXmlDeclaration(string version, string encoding, string standalone)"
)(lambda _, *parts: xmldom.declaration(*parts))
DOCUMENT.method("XmlNode! ImportNode(XmlNode node, bool deep)")(
    lambda _, node, deep: clone(node, deep)
)


@DOCUMENT.method("void Save(TextWriter writer)")
def save(document: XmlDocument, writer: TextWriter) -> None:
    """Write the document as it is."""
    writer.write(xmldom.outer_xml(document))
