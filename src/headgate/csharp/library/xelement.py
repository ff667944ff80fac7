"""System.Xml.Linq.XElement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import bad_argument, null_argument
from headgate.csharp.library.xleaves import copied
from headgate.csharp.library.xnode import declare_elements
from headgate.csharp.runtime import xmllinq
from headgate.csharp.runtime.collections import Array, Sequence
from headgate.csharp.runtime.textio import TextReader, TextWriter
from headgate.csharp.runtime.xmlcasts import declare_casts
from headgate.csharp.runtime.xmllinq import XAttribute, XElement
from headgate.csharp.runtime.xmlnames import LINQ, XML, XMLNS, XName, XNamespace
from headgate.csharp.runtime.xmltree import (
    Attribute,
    Document,
    Element,
    ancestors,
    descendants,
    inner_text,
    namespace_of,
    prefix_of,
)
from headgate.csharp.runtime.xmlvalues import text_of
from headgate.csharp.runtime.xmlwriter import document_text

TYPE = DotNetType(f"{LINQ}.XElement", bases=("XContainer",), python=XElement)


@TYPE.constructor("(XName name)")
@TYPE.constructor("(XName name, object content)")
@TYPE.constructor("(XName name, params object[] content)")
def create(name: XName | None, content: Any = None) -> XElement:
    """Return an element with content."""
    element = xmllinq.element_of(name)
    xmllinq.add(element, content)
    return element


TYPE.constructor("(XElement other)")(copied)
TYPE.static("XElement! Parse(string text)")(xmllinq.parse_element)
TYPE.static("XElement! Parse(string text, LoadOptions options)")(xmllinq.parse_element)


@TYPE.static("XElement! Load(TextReader textReader)")
@TYPE.static("XElement! Load(TextReader textReader, LoadOptions options)")
def load(reader: TextReader, options: int = 0) -> XElement:
    """Return the element that a reader of text has. Nothing is loaded from a file or URI."""
    return xmllinq.parse_element(reader.rest(), options)


@TYPE.method("void Save(TextWriter textWriter)")
@TYPE.method("void Save(TextWriter textWriter, SaveOptions options)")
def save(element: XElement, writer: TextWriter, options: int = 0) -> None:
    """Write the element with a declaration."""
    writer.write(document_text(element, None, indent=not options & 1))


# -- name and value -----------------------------------------------------------------------------


def set_name(element: XElement, name: XName | None) -> XName:
    """Assign the name."""
    if name is None:
        raise null_argument("name")
    element.local, element.space = name.local, name.space
    return name


def set_value(element: XElement, value: Any) -> Any:
    """Assign the value: the only content from now on."""
    if value is None:
        raise null_argument("value")
    if isinstance(value, Element | Attribute | Document):
        raise bad_argument("An XObject cannot be used as a value.")
    xmllinq.set_text(element, text_of(value))
    return value


TYPE.property("XName! Name", setter=set_name)(xmllinq.name_of)
TYPE.property("string! Value", setter=set_value)(inner_text)
TYPE.method("void SetValue(object value)")(set_value)
TYPE.property("bool IsEmpty")(lambda element: not element.nodes and not element.blank)
TYPE.property("bool HasElements")(
    lambda element: any(isinstance(one, Element) for one in element.nodes)
)
declare_casts(TYPE, "element", inner_text)

# -- attributes ---------------------------------------------------------------------------------


@TYPE.method("XAttribute Attribute(XName name)")
def attribute(element: XElement, name: XName | None) -> Attribute | None:
    """Return the attribute of a name, or null."""
    return None if name is None else element.attribute(name.local, name.space)


TYPE.property("bool HasAttributes", code="len({0}.attributes) > 0")


@TYPE.property("XAttribute FirstAttribute")
def first_attribute(element: XElement) -> Attribute | None:
    """Return the first attribute."""
    return next(iter(element.attributes), None)


@TYPE.property("XAttribute LastAttribute")
def last_attribute(element: XElement) -> Attribute | None:
    """Return the last attribute."""
    return next(reversed(element.attributes), None)


@TYPE.method("IEnumerable<XAttribute>! Attributes()")
def attributes(element: XElement) -> Sequence:
    """Return the attributes, declarations of namespaces among them."""
    return xmllinq.listed("XAttribute", lambda: list(element.attributes))


@TYPE.method("IEnumerable<XAttribute>! Attributes(XName name)")
def attributes_named(element: XElement, name: XName | None) -> Sequence:
    """Return the attribute of a name as a sequence."""

    def found() -> list[Any]:
        one = attribute(element, name)
        return [] if one is None else [one]

    return xmllinq.listed("XAttribute", found)


@TYPE.method("void SetAttributeValue(XName name, object value)")
def set_attribute(element: XElement, name: XName | None, value: Any) -> None:
    """Add, change or, with null, remove an attribute."""
    if name is None:
        raise null_argument("name")
    found = attribute(element, name)
    if value is None:
        if found is not None:
            element.drop(found)
    elif found is not None:
        found.value = text_of(value)
    else:
        element.hang(XAttribute(name.local, name.space, text_of(value)))


@TYPE.method("void SetElementValue(XName name, object value)")
def set_element(element: XElement, name: XName | None, value: Any) -> None:
    """Add, change or, with null, remove a child element."""
    if name is None:
        raise null_argument("name")
    found = next(
        (
            one
            for one in element.nodes
            if isinstance(one, XElement) and (one.local, one.space) == (name.local, name.space)
        ),
        None,
    )
    if value is None:
        if found is not None:
            xmllinq.detach(found)
    elif found is not None:
        set_value(found, value)
    else:
        xmllinq.add(element, create(name, text_of(value)))


@TYPE.method("void RemoveAttributes()")
def remove_attributes(element: XElement) -> None:
    """Take all attributes off."""
    for one in list(element.attributes):
        element.drop(one)


@TYPE.method("void RemoveAll()")
def remove_all(element: XElement) -> None:
    """Take all attributes and all content out."""
    remove_attributes(element)
    element.clear()


def replaced(clear: Callable[[XElement], None]) -> Callable[[XElement, Any], None]:
    """Return the method that clears something and adds content instead."""

    def replace(element: XElement, content: Any) -> None:
        kept = list(xmllinq.flat(content))
        clear(element)
        xmllinq.add(element, Array(xmllinq.XElement.NET, kept))

    return replace


for parameter in ("object content", "params object[] content"):
    TYPE.method(f"void ReplaceAll({parameter})")(replaced(remove_all))
    TYPE.method(f"void ReplaceAttributes({parameter})")(replaced(remove_attributes))

# -- around and below ---------------------------------------------------------------------------

declare_elements(TYPE, "AncestorsAndSelf", lambda element: [element, *ancestors(element)])
declare_elements(TYPE, "DescendantsAndSelf", lambda element: [element, *descendants(element)])


@TYPE.method("IEnumerable<XNode>! DescendantNodesAndSelf()")
def nodes_and_self(element: XElement) -> Sequence:
    """Return the element and every node below it."""
    return xmllinq.listed("XNode", lambda: [element, *descendants(element)])


@TYPE.static_property("IEnumerable<XElement>! EmptySequence")
def empty() -> Array:
    """Return no elements."""
    return xmllinq.array_of("XElement", ())


# -- namespaces ---------------------------------------------------------------------------------


@TYPE.method("XNamespace! GetDefaultNamespace()")
def default_namespace(element: XElement) -> XNamespace:
    """Return the namespace of names without a prefix."""
    return XNamespace(namespace_of(element, "") or "")


@TYPE.method("XNamespace GetNamespaceOfPrefix(string prefix)")
def namespace(element: XElement, prefix: str | None) -> XNamespace | None:
    """Return what a prefix stands for, or null."""
    if not prefix:
        raise null_argument("prefix") if prefix is None else bad_argument("The prefix is empty.")
    found = {"xml": XML, "xmlns": XMLNS}.get(prefix) or namespace_of(element, prefix)
    return None if found is None else XNamespace(found)


@TYPE.method("string GetPrefixOfNamespace(XNamespace ns)")
def prefix(element: XElement, space: XNamespace | None) -> str | None:
    """Return a prefix that stands for a namespace, or null."""
    if space is None:
        raise null_argument("ns")
    return prefix_of(element, space.uri)
