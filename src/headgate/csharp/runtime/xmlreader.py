"""Texts and bytes to trees of XML, by expat.

expat and not lxml, because .NET keeps `<a></a>` apart from `<a/>`. There are no document types, so
no entities beyond the five of XML, nothing that is fetched and nothing that grows; depth, size and
the number of nodes are bounded, and the work counts against the budget.
"""

from __future__ import annotations

import codecs
from typing import Any
from xml.parsers import expat

import msgspec

from headgate.csharp.budget import scanned, spend
from headgate.csharp.errors import DotNetError, null_argument
from headgate.csharp.runtime.texts import encode
from headgate.csharp.runtime.xmlnames import BLANKS, NCNAME, XML, XMLNS, xml_error
from headgate.csharp.runtime.xmltree import (
    Container,
    Document,
    Element,
    Family,
    Node,
)

MAX_DEPTH = 256
"""Elements inside of each other."""
RATE = 3
"""Units of a character that is read."""
TAG = 3000
"""Units of a tag with its events."""
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""How bytes of UTF-16 begin."""

Scope = dict[str, str]


class Source(msgspec.Struct, frozen=True):
    """What is read, and how: in which object model, with or without blanks between tags."""

    family: Family
    keep_blanks: bool = False


class Builder:
    """Makes nodes of what expat reports."""

    def __init__(self, source: Source, parser: expat.XMLParserType, raw: bytes) -> None:
        self.source = source
        self.raw = raw
        self.family = source.family
        self.parser = parser
        self.document = self.family.document()
        self.place: Container = self.document
        self.scopes: list[Scope] = [{"xml": XML, "xmlns": XMLNS, "": ""}]
        self.keeps = [source.keep_blanks]
        self.texts: list[str] = []
        parser.ordered_attributes = True
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.texts.append
        parser.StartCdataSectionHandler = self.start_cdata
        parser.EndCdataSectionHandler = self.end_cdata
        parser.CommentHandler = self.comment
        parser.ProcessingInstructionHandler = self.instruction
        parser.XmlDeclHandler = self.declare
        parser.StartDoctypeDeclHandler = self.refuse

    def trouble(self, message: str) -> DotNetError:
        """Return an error at the place that is read."""
        return xml_error(
            message, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        )

    def refuse(self, *_: Any) -> None:
        """Refuse a document type."""
        raise self.trouble("For security reasons DTD is prohibited in this XML document.")

    def flush(self) -> None:
        """Make a node of the text that was read since the last tag."""
        if not self.texts:
            return
        text = "".join(self.texts)
        self.texts.clear()
        if text.strip(BLANKS):
            self.place.attach(self.family.text(text))
        elif self.keeps[-1]:
            self.place.attach(self.family.whitespace(text))

    def start(self, tag: str, given: list[str]) -> None:
        """Open an element."""
        spend(TAG)
        self.flush()
        if len(self.scopes) > MAX_DEPTH:
            raise self.trouble(f"Elements nest deeper than {MAX_DEPTH} levels.")
        scope, keep = self.scopes[-1], self.keeps[-1]
        if given:
            spend(TAG * len(given) >> 2)
            scope = self.declared(given, scope)
            keep = self.kept(given, keep)
        prefix, local = self.split(tag)
        element = self.family.element(local, self.space(prefix, scope), prefix)
        for at in range(0, len(given), 2):
            self.hang(element, given[at], given[at + 1], scope)
        self.scopes.append(scope)
        self.keeps.append(keep)
        self.place.attach(element)
        self.place = element

    def kept(self, given: list[str], before: bool) -> bool:
        """Tell whether blanks are kept inside of an element."""
        for at in range(0, len(given), 2):
            if given[at] == "xml:space":
                return given[at + 1] == "preserve" or self.source.keep_blanks
        return before

    def declared(self, given: list[str], scope: Scope) -> Scope:
        """Return the namespaces in force, with those that an element declares."""
        found: Scope = {}
        for at in range(0, len(given), 2):
            prefix, colon, local = given[at].partition(":")
            if prefix != "xmlns":
                continue
            if colon and not given[at + 1]:
                raise self.trouble(f"The prefix '{local}' cannot stand for an empty namespace.")
            found[local] = given[at + 1]
        return {**scope, **found} if found else scope

    def split(self, name: str) -> tuple[str, str]:
        """Return prefix and local part."""
        if ":" not in name:
            return "", name
        prefix, _, local = name.partition(":")
        if not NCNAME.fullmatch(prefix) or not NCNAME.fullmatch(local):
            raise self.trouble(f"'{name}' is no name with a prefix.")
        return prefix, local

    def space(self, prefix: str, scope: Scope) -> str:
        """Return what a prefix stands for."""
        found = scope.get(prefix)
        if found is None:
            raise self.trouble(f"'{prefix}' is an undeclared prefix.")
        return found

    def hang(self, element: Element, name: str, value: str, scope: Scope) -> None:
        """Add an attribute."""
        prefix, local = self.split(name)
        space = self.space(prefix, scope) if prefix else ""
        if name == "xmlns":
            space = self.family.default
        if element.attribute(local, space) is not None:
            raise self.trouble(f"'{name}' is a duplicate attribute name.")
        attribute = self.family.attribute(local, space, value, prefix)
        attribute.parent = element
        element.attributes.append(attribute)

    def end(self, _: str) -> None:
        """Close an element. Of `<a/>` expat says nothing but that its end comes behind `/>`."""
        self.flush()
        element = self.place
        assert isinstance(element, Element)
        if not element.nodes:
            here = self.parser.CurrentByteIndex
            element.blank = self.raw[here - 2 : here] != b"/>"
        self.scopes.pop()
        self.keeps.pop()
        assert element.parent is not None
        self.place = element.parent

    def start_cdata(self) -> None:
        """Open a CDATA section."""
        self.flush()

    def end_cdata(self) -> None:
        """Close a CDATA section."""
        text = "".join(self.texts)
        self.texts.clear()
        self.add(self.family.cdata(text))

    def comment(self, text: str) -> None:
        """Add a comment."""
        self.flush()
        self.add(self.family.comment(text))

    def instruction(self, target: str, data: str) -> None:
        """Add a processing instruction."""
        self.flush()
        self.add(self.family.instruction(target, data))

    def add(self, node: Node) -> None:
        """Add a leaf."""
        spend(TAG)
        self.place.attach(node)

    def declare(self, version: str | None, encoding: str | None, standalone: int) -> None:
        """Keep the declaration."""
        said = {0: "no", 1: "yes"}.get(standalone)
        self.document.declaration = self.family.declaration(version, encoding, said)


def read(data: str | bytes | bytearray | None, source: Source) -> Document:
    """Return the document in a text, or in bytes that say their own encoding.

    Raises XmlException with line and position, ArgumentNullException for null.
    """
    if data is None:
        raise null_argument("text")
    scanned(data, RATE)
    if not isinstance(data, str) and data[:2] in WIDE:
        data = data.decode("utf-16", "replace")
    parser = expat.ParserCreate("utf-8" if isinstance(data, str) else None)
    raw = encode(data.removeprefix("\ufeff")) if isinstance(data, str) else bytes(data)
    builder = Builder(source, parser, raw)
    try:
        parser.Parse(raw, True)
    except expat.ExpatError as error:
        message = expat.errors.messages.get(error.code, str(error))
        raise xml_error(
            f"{message[:1].upper()}{message[1:]}.", error.lineno, error.offset + 1
        ) from None
    except (LookupError, UnicodeError, ValueError) as error:
        raise xml_error(f"The encoding is not known: {error}.") from None
    finally:
        release(parser)
    return builder.document


def release(parser: expat.XMLParserType) -> None:
    """Take the handlers off, which refer to the builder as the builder does to the parser."""
    for name in (
        *("StartElementHandler", "EndElementHandler", "CharacterDataHandler"),
        *("StartCdataSectionHandler", "EndCdataSectionHandler", "CommentHandler"),
        *("ProcessingInstructionHandler", "XmlDeclHandler", "StartDoctypeDeclHandler"),
    ):
        setattr(parser, name, None)
