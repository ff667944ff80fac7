"""System.Xml.Linq.XContainer, XDocument and XDeclaration."""

from __future__ import annotations

from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import null_argument
from headgate.csharp.library.xleaves import copied
from headgate.csharp.library.xnode import declare_elements, is_element
from headgate.csharp.runtime import xmllinq
from headgate.csharp.runtime.collections import Array, Sequence
from headgate.csharp.runtime.textio import TextWriter
from headgate.csharp.runtime.xmllinq import XDeclaration, XDocument
from headgate.csharp.runtime.xmlnames import LINQ, XName
from headgate.csharp.runtime.xmltree import Container, DocumentType, Node, descendants
from headgate.csharp.runtime.xmlwriter import document_text

TYPE = DotNetType(f"{LINQ}.XContainer", bases=("XNode",))
DOCUMENT = DotNetType(f"{LINQ}.XDocument", bases=("XContainer",), python=XDocument)
DECLARATION = DotNetType(f"{LINQ}.XDeclaration", python=XDeclaration)
TYPES = (DOCUMENT, DECLARATION)

for parameter in ("object content", "params object[] content"):
    TYPE.method(f"void Add({parameter})")(xmllinq.add)
    TYPE.method(f"void AddFirst({parameter})")(
        lambda target, content: xmllinq.insert(target, 0, content)
    )


@TYPE.method("void ReplaceNodes(object content)")
@TYPE.method("void ReplaceNodes(params object[] content)")
def replace_nodes(target: Container, content: Any) -> None:
    """Put content into the place of all that is there."""
    kept = list(xmllinq.flat(content))
    target.clear()
    xmllinq.add(target, Array(xmllinq.XElement.NET, kept))


TYPE.method("void RemoveNodes()", code="{0}.clear()")


@TYPE.method("XElement Element(XName name)")
def element(target: Container, name: XName | None) -> Node | None:
    """Return the first child element of a name, or null."""
    if name is None:
        return None
    return next((one for one in target.nodes if is_element(one, name)), None)


declare_elements(TYPE, "Elements", lambda target: list(target.nodes))
declare_elements(TYPE, "Descendants", descendants)


@TYPE.method("IEnumerable<XNode>! Nodes()")
def nodes(target: Container) -> Sequence:
    """Return the children."""
    return xmllinq.listed("XNode", lambda: list(target.nodes))


@TYPE.method("IEnumerable<XNode>! DescendantNodes()")
def descendant_nodes(target: Container) -> Sequence:
    """Return every node below."""
    return xmllinq.listed("XNode", lambda: descendants(target))


@TYPE.property("XNode FirstNode")
def first_node(target: Container) -> Node | None:
    """Return the first child."""
    return next(iter(target.nodes), None)


@TYPE.property("XNode LastNode")
def last_node(target: Container) -> Node | None:
    """Return the last child."""
    return next(reversed(target.nodes), None)


# -- documents ----------------------------------------------------------------------------------


@DOCUMENT.constructor("()")
@DOCUMENT.constructor("(params object[] content)")
def create(content: Any = None) -> XDocument:
    """Return a document with content."""
    document = XDocument()
    xmllinq.add(document, content)
    return document


@DOCUMENT.constructor("(XDeclaration declaration, params object[] content)")
def create_declared(declaration: XDeclaration | None, content: Any) -> XDocument:
    """Return a document with a declaration and content."""
    document = create(content)
    document.declaration = declaration
    return document


DOCUMENT.constructor("(XDocument other)")(copied)
DOCUMENT.static("XDocument! Parse(string text)")(xmllinq.parse_document)
DOCUMENT.static("XDocument! Parse(string text, LoadOptions options)")(xmllinq.parse_document)
DOCUMENT.property("XElement Root", code="{0}.root")


@DOCUMENT.property("XDocumentType DocumentType")
def document_type(document: XDocument) -> Node | None:
    """Return the document type, or null."""
    return next((one for one in document.nodes if isinstance(one, DocumentType)), None)


def set_declaration(document: XDocument, value: XDeclaration | None) -> XDeclaration | None:
    """Assign the declaration."""
    document.declaration = value
    return value


DOCUMENT.property("XDeclaration Declaration", code="{0}.declaration", setter=set_declaration)


@DOCUMENT.method("void Save(TextWriter textWriter)")
@DOCUMENT.method("void Save(TextWriter textWriter, SaveOptions options)")
def save(document: XDocument, writer: TextWriter, options: int = 0) -> None:
    """Write the document with its declaration, whose encoding is that of the writer."""
    writer.write(document_text(document, document.declaration, indent=not options & 1))


# -- declarations -------------------------------------------------------------------------------


@DECLARATION.constructor("(XDeclaration other)")
def copy_declaration(other: XDeclaration | None) -> XDeclaration:
    """Return a copy. Raises ArgumentNullException."""
    if other is None:
        raise null_argument("other")
    return XDeclaration(other.version, other.encoding, other.standalone)


def set_version(declaration: XDeclaration, value: str | None) -> str | None:
    """Assign the version."""
    declaration.version = value
    return value


def set_encoding(declaration: XDeclaration, value: str | None) -> str | None:
    """Assign the encoding."""
    declaration.encoding = value
    return value


def set_standalone(declaration: XDeclaration, value: str | None) -> str | None:
    """Assign whether the document stands alone."""
    declaration.standalone = value
    return value


DECLARATION.constructor("(string version, string encoding, string standalone)")(XDeclaration)
DECLARATION.property("string Version", code="{0}.version", setter=set_version)
DECLARATION.property("string Encoding", code="{0}.encoding", setter=set_encoding)
DECLARATION.property("string Standalone", code="{0}.standalone", setter=set_standalone)
DECLARATION.method("string! ToString()", code="{0}.to_text()")
