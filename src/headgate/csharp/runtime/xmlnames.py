"""Names of XML: `XName`, `XNamespace`, and what characters a document may hold."""

from __future__ import annotations

import re

from headgate.csharp.errors import DotNetError, bad_argument, null_argument
from headgate.csharp.types import Type
from headgate.csharp.values import NetObject

LINQ = "System.Xml.Linq"
XML = "http://www.w3.org/XML/1998/namespace"
XMLNS = "http://www.w3.org/2000/xmlns/"

START = "A-Z_a-zÀ-ÖØ-öø-˿Ͱ-ͽͿ-῿‌-‍⁰-↏Ⰰ-⿯、-퟿豈-﷏ﷰ-�"
NCNAME = re.compile(rf"[{START}][{START}\-.0-9·̀-ͯ‿-⁀]*")
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
BLANKS = " \t\r\n"
"""White space of XML: less than Unicode has."""


def xml_error(message: str, line: int = 0, column: int = 0) -> DotNetError:
    """Return an XmlException."""
    place = f" Line {line}, position {column}." if line else ""
    return DotNetError("System.Xml.XmlException", message + place)


def ncname(name: str | None) -> str:
    """Return a name that has to be one of XML, without a colon. Raises XmlException."""
    if not name:
        raise null_argument("name") if name is None else bad_argument("The name is empty.")
    if not NCNAME.fullmatch(name):
        raise xml_error(f"The name '{name}' holds a character that no name of XML may have.")
    return name


def qualified_name(name: str | None) -> tuple[str, str]:
    """Return prefix and local part of `prefix:local`. Raises XmlException."""
    prefix, colon, local = (name or "").rpartition(":")
    if colon:
        ncname(prefix)
    return prefix, ncname(local)


def allowed(text: str) -> str:
    """Return a text that is about to be written. Raises ArgumentException for a character that
    XML cannot hold, such as U+0001."""
    found = FORBIDDEN.search(text)
    if found:
        raise bad_argument(
            f"'{found[0]}', hexadecimal value 0x{ord(found[0]):02X}, is an invalid character."
        )
    return text


class XNamespace(NetObject):
    """A namespace by its URI."""

    __slots__ = ("uri",)
    NET = Type(f"{LINQ}.XNamespace")

    def __init__(self, uri: str) -> None:
        self.uri = uri

    def to_text(self) -> str:
        """Return the URI."""
        return self.uri

    def net_equals(self, other: object) -> bool:
        """Compare the URIs."""
        return self == other

    def __eq__(self, other: object) -> bool:
        return isinstance(other, XNamespace) and self.uri == other.uri

    def __hash__(self) -> int:
        return hash(self.uri)


class XName(NetObject):
    """A name of an element or attribute: namespace and local part."""

    __slots__ = ("local", "space")
    NET = Type(f"{LINQ}.XName")

    def __init__(self, local: str, space: str = "") -> None:
        self.local = local
        self.space = space

    def to_text(self) -> str:
        """Return `{namespace}local`, or only the local part."""
        return f"{{{self.space}}}{self.local}" if self.space else self.local

    def net_equals(self, other: object) -> bool:
        """Compare both parts."""
        return self == other

    def __eq__(self, other: object) -> bool:
        return isinstance(other, XName) and self.local == other.local and self.space == other.space

    def __hash__(self) -> int:
        return hash((self.local, self.space))


def xname(text: str | None) -> XName:
    """Return the name that `local` or `{namespace}local` is. Raises XmlException, as .NET does,
    for a text that is no name, and ArgumentException for an empty one."""
    if not text:
        raise null_argument("expandedName") if text is None else bad_argument("The name is empty.")
    if text[0] != "{":
        return XName(ncname(text))
    space, brace, local = text[1:].rpartition("}")
    if not brace or not space or not local:
        raise bad_argument(f"The name '{text}' has no namespace between braces.")
    return XName(ncname(local), space)
