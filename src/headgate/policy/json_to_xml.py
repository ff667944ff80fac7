"""JSON as XML, as `json-to-xml` makes it (apim.md 9.6).

Beyond Microsoft's page it follows what people have recorded of APIM: an object of several members
stands in `<Document>`, items of an array become elements of one name, true is `True`, null an
element with `xsi:nil`. An array at the top has elements `Item`. A prefix is one only where the JSON
declares it; all else that is no name in XML is escaped as .NET does (`_x0020_`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import msgspec
import orjson

from headgate.csharp.runtime.dateformats import date_text
from headgate.csharp.runtime.dateparsing import json_date
from headgate.policy.json_reading import JsonRefused, read_json

NODES_MAX = 10_000
"""Members and items: they are written in less than 20 ms."""
DATE = 10
"""Nodes that a date counts for."""
DEPTH_MAX = 200
ROOT = "Document"
ITEM = "Item"
NIL = ' xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
ROUND_TRIP = "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_FIRST = re.compile(r"[^A-Za-z_\u00c0-\ud7ff]|_(?=x[0-9A-Fa-f]{4}_)")
_LATER = re.compile(r"[^A-Za-z0-9_.\u00b7-\ud7ff-]|_(?=x[0-9A-Fa-f]{4}_)")
_NOT_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Naming(msgspec.Struct, frozen=True, kw_only=True):
    """What the attributes of the element say."""

    separator: str = "_"
    """Stands between a prefix and a name."""
    declares: str | None = None
    """How members that declare namespaces begin, `xmlns` mostly."""
    attributes: str | None = None
    """The member whose members are attributes."""
    parse_dates: bool = True


Prefixes = frozenset[str]


def json_to_xml(content: bytes, naming: Naming) -> bytes:
    """Return a body as a document without a declaration. Raises JsonRefused."""
    value = read_json(content)
    name, root = ROOT, value
    if isinstance(value, dict) and len(value) == 1:
        ((only, inner),) = value.items()
        if not isinstance(inner, list):
            name, root = only, inner
    elif isinstance(value, list):
        root = {ITEM: value}
    writer = _Writer(naming)
    writer.element(name, root, prefixes=frozenset(), depth=0)
    return "".join(writer.parts).encode()


class _Writer:
    """Writes elements one after the other."""

    __slots__ = ("left", "naming", "parts")

    def __init__(self, naming: Naming) -> None:
        self.naming = naming
        self.parts: list[str] = []
        self.left = NODES_MAX

    def spend(self, nodes: int) -> None:
        """Count nodes. Raises JsonRefused where there are too many."""
        self.left -= nodes
        if self.left < 0:
            raise JsonRefused(f"The JSON has more than {NODES_MAX} members and items.")

    def element(self, name: str, value: Any, *, prefixes: Prefixes, depth: int) -> None:
        """Write a value as an element."""
        self.spend(1)
        if depth > DEPTH_MAX:
            raise JsonRefused(f"The JSON is nested more than {DEPTH_MAX} levels deep.")
        parts = self.parts
        if not isinstance(value, dict | list):
            tag = self.name(name, prefixes)
            text = "" if value is None else escaped(self.text(value))
            nil = NIL if value is None else ""
            parts.append(f"<{tag}{nil}>{text}</{tag}>" if text else f"<{tag}{nil} />")
            return
        members = {name: value} if isinstance(value, list) else value
        declared = {one: space for one in members if (space := self.declared(one)) is not None}
        prefixes = prefixes.union(declared.values())
        tag = self.name(name, prefixes)
        parts.append(f"<{tag}")
        for member, prefix in declared.items():
            said = f"xmlns:{prefix}" if prefix else "xmlns"
            parts.append(f' {said}="{escaped(self.text(members[member]))}"')
        block = members.get(self.naming.attributes) if self.naming.attributes else None
        attributes = block if isinstance(block, dict) else {}
        for one, given in attributes.items():
            self.spend(1)
            parts.append(f' {self.name(one, prefixes)}="{escaped(self.text(given))}"')
        begun = len(parts)
        parts.append(">")
        for one, given in members.items():
            if one not in declared and given is not attributes:
                self.child(one, given, prefixes=prefixes, depth=depth + 1)
        if len(parts) == begun + 1:
            parts[begun] = " />"
        else:
            parts.append(f"</{tag}>")

    def child(self, name: str, value: Any, *, prefixes: Prefixes, depth: int) -> None:
        """Write a member: an element, or one for each item of an array."""
        if not isinstance(value, list):
            self.element(name, value, prefixes=prefixes, depth=depth)
        elif not value:
            self.parts.append(f"<{self.name(name, prefixes)} />")
        else:
            for one in value:
                self.element(name, one, prefixes=prefixes, depth=depth)

    def declared(self, member: str) -> str | None:
        """Return the prefix that a member declares, empty for the default namespace."""
        begin = self.naming.declares
        if not begin or not member.startswith(begin):
            return None
        rest = member[len(begin) :]
        if not rest:
            return ""
        separator = self.naming.separator
        prefix = rest.removeprefix(separator)
        return prefix if rest != prefix and NAME.fullmatch(prefix) else None

    def name(self, name: str, prefixes: Prefixes) -> str:
        """Return the name of an element or attribute."""
        prefix, separator, local = name.partition(self.naming.separator)
        if separator and local and prefix in prefixes:
            return f"{prefix}:{encoded(local)}"
        return encoded(name)

    def text(self, value: Any) -> str:
        """Return a scalar as .NET writes it; an object or array that may not stand here as JSON."""
        if value is None:
            return ""
        if isinstance(value, str):
            if self.naming.parse_dates and value[10:11] == "T":
                self.spend(DATE)
                time = json_date(value)
                return value if time is None else date_text(time, ROUND_TRIP)
            return value
        if isinstance(value, dict | list):
            return orjson.dumps(value).decode()
        return str(value)


@lru_cache(maxsize=1024)
def encoded(name: str) -> str:
    """Return a name as `XmlConvert.EncodeLocalName` does; an empty one becomes `_`."""
    if NAME.fullmatch(name) and "_x" not in name:
        return name
    if not name:
        return "_"
    bad = _FIRST.match(name)
    return (_code(bad) if bad else name[0]) + _LATER.sub(_code, name[1:])


def _code(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"


def escaped(text: str) -> str:
    """Return a text as it may stand in an element or attribute; what XML has no place for is left
    out."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = text.replace('"', "&quot;").replace("\r", "&#13;")
    return _NOT_XML.sub("", text) if not text.isprintable() else text
