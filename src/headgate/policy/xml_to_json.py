"""XML as JSON, as `xml-to-json` makes it (apim.md 9.6).

Microsoft's page does not show the form. It follows answers of APIs on APIM that people have
recorded: attributes are members `@name`, namespace declarations among them; `:` in names is `$`;
text beside attributes is `#text`; an element with nothing in it is null; several of one name are an
array; what the XML declaration says stands at the top. No answer of the kind `javascript-friendly`
is known. It is taken for GData, where `$` and the declaration come from: attributes by their names
alone, text beside them as `$t`.
"""

from __future__ import annotations

from typing import Any, Literal
from xml.parsers import expat

import orjson

Kind = Literal["javascript-friendly", "direct"]
SIZE_MAX = 1 << 20
"""Bytes of a document."""
NODES_MAX = 10_000
"""Elements and attributes: they are converted in less than 20 ms."""
DEPTH_MAX = 200
BLANKS = " \t\r\n"


class XmlRefused(Exception):
    """A document is not well-formed, or out of bounds; the message says which."""


class Several(list[Any]):
    """The values of children of one name."""


def xml_to_json(content: bytes, kind: Kind, *, arrays: bool) -> bytes:
    """Return a document as JSON; with `arrays` every child is in an array. Raises XmlRefused."""
    if len(content) > SIZE_MAX:
        raise XmlRefused(f"The XML is {len(content)} bytes long; {SIZE_MAX} are the most.")
    reader = _Reader(kind, arrays=arrays)
    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.buffer_text = True
    parser.XmlDeclHandler = reader.declare
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise XmlRefused(f"The XML is not well-formed: {error}") from error
    return orjson.dumps(reader.members)


class _Element:
    """An element that is being read."""

    __slots__ = ("has_children", "members", "texts")

    def __init__(self, members: dict[str, Any]) -> None:
        self.members = members
        self.texts: list[str] = []
        self.has_children = False


class _Reader:
    """Takes what the parser reports."""

    __slots__ = ("attribute", "beside", "left", "members", "open", "several")

    def __init__(self, kind: Kind, *, arrays: bool) -> None:
        self.attribute, self.beside = ("@", "#text") if kind == "direct" else ("", "$t")
        self.several = arrays
        self.members: dict[str, Any] = {}
        self.open: list[_Element] = []
        self.left = NODES_MAX

    def declare(self, *said: Any) -> None:
        """Take the XML declaration: version, encoding or None, standalone or -1."""
        version, encoding, standalone = said
        self.members["version"] = version
        if encoding is not None:
            self.members["encoding"] = encoding
        if standalone >= 0:
            self.members["standalone"] = "yes" if standalone else "no"

    def refuse(self, *_: object) -> None:
        """Refuse a document type."""
        raise XmlRefused("A document type is not allowed in XML.")

    def start(self, _: str, given: list[str]) -> None:
        """Open an element."""
        self.left -= 1 + len(given) // 2
        if self.left < 0:
            raise XmlRefused(f"The XML has more than {NODES_MAX} elements and attributes.")
        if len(self.open) == DEPTH_MAX:
            raise XmlRefused(f"The XML is nested more than {DEPTH_MAX} levels deep.")
        if self.open:
            self.open[-1].has_children = True
        sign = self.attribute
        members = {
            sign + given[at].replace(":", "$"): given[at + 1] for at in range(0, len(given), 2)
        }
        self.open.append(_Element(members))

    def text(self, text: str) -> None:
        """Take text between tags."""
        self.open[-1].texts.append(text)

    def end(self, tag: str) -> None:
        """Close an element and put its value into the one around it."""
        value = self.value(self.open.pop())
        name = tag.replace(":", "$")
        if not self.open:
            self.members[name] = value
            return
        members = self.open[-1].members
        if name not in members:
            members[name] = Several([value]) if self.several else value
        elif isinstance(members[name], Several):
            members[name].append(value)
        else:
            members[name] = Several([members[name], value])

    def value(self, element: _Element) -> Any:
        """Return what stands under the name of an element."""
        members, texts = element.members, element.texts
        if element.has_children:
            # Between children only text that is not blank counts.
            texts = [text for text in texts if text.strip(BLANKS)]
        elif not members:
            return "".join(texts) or None
        else:
            texts = ["".join(texts)] if texts else []
        if texts:
            members[self.beside] = texts[0] if len(texts) == 1 else texts
        return members
