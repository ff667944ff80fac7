"""System.Uri: absolute URIs."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from headgate.csharp.declare import DotNetType, enumeration
from headgate.csharp.errors import DotNetError, invalid_operation, null_argument
from headgate.csharp.runtime.collections import Array
from headgate.csharp.runtime.webtexts import escape_data, escape_uri, unescape_data
from headgate.csharp.types import STRING, simple
from headgate.csharp.values import NetObject, enum_class

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
PORTS = {"http": 80, "https": 443, "ftp": 21, "ws": 80, "wss": 443}
KEPT = re.compile("%(?:2[35BbFf]|3[AaFfDd]|40|5[Cc]|2[0])|%(?![0-9A-Fa-f]{2})")
UriKind = enum_class("System.UriKind", {"RelativeOrAbsolute": 0, "Absolute": 1, "Relative": 2})
UriPartial = enum_class("System.UriPartial", {"Scheme": 0, "Authority": 1, "Path": 2, "Query": 3})


class Uri(NetObject):
    """An absolute URI in parts, or a relative one as text."""

    __slots__ = ("absolute", "original", "parts")
    NET = simple("Uri")

    def __init__(self, text: str, absolute: bool = True) -> None:
        self.original = text
        self.absolute = absolute
        self.parts = split(text) if absolute else urlsplit("")

    @property
    def port(self) -> int:
        """Return the port, that of the scheme if none is written."""
        return self.parts.port or PORTS.get(self.parts.scheme, -1)

    @property
    def authority(self) -> str:
        """Return host and port, the port only where it is not the scheme's."""
        default = PORTS.get(self.parts.scheme)
        host = self.parts.hostname or ""
        return host if self.port in (default, -1) else f"{host}:{self.port}"

    def left(self, part: int) -> str:
        """Return `GetLeftPart`."""
        text = f"{self.parts.scheme}://"
        if part >= UriPartial(1):
            user = f"{self.user}@" if self.user else ""
            text += user + self.authority
        if part >= UriPartial(2):
            text += self.parts.path
        return text + (self.query if part >= UriPartial(3) else "")

    @property
    def user(self) -> str:
        """Return the user information."""
        return self.parts.netloc.rpartition("@")[0]

    @property
    def query(self) -> str:
        """Return the query with its `?`, or nothing."""
        return f"?{self.parts.query}" if self.parts.query else ""

    @property
    def fragment(self) -> str:
        """Return the fragment with its `#`, or nothing."""
        return f"#{self.parts.fragment}" if self.parts.fragment else ""

    @property
    def absolute_uri(self) -> str:
        """Return the escaped form."""
        return self.left(3) + self.fragment

    def to_text(self) -> str:
        """Return the form for people, with escapes undone where that is safe."""
        if not self.absolute:
            return self.original
        marked = KEPT.sub(lambda found: f"%25{found[0][1:]}", self.absolute_uri)
        return unquote(marked.replace("%2520", "%20"))

    def net_equals(self, other: object) -> bool:
        """Compare without the fragment."""
        return self == other

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Uri) or not (self.absolute and other.absolute):
            return isinstance(other, Uri) and self.original == other.original
        return self.left(3) == other.left(3)

    def __hash__(self) -> int:
        return hash(self.left(3))


def trouble() -> DotNetError:
    """Return a UriFormatException."""
    return DotNetError(
        "System.UriFormatException",
        "Invalid URI: The format of the URI could not be determined.",
    )


def split(text: str) -> SplitResult:
    """Return the parts of an absolute URI, escaped and with dots resolved."""
    text = text.strip()
    if not SCHEME.match(text):
        raise trouble()
    try:
        parts = urlsplit(escape_uri(text))
        known = parts.scheme in PORTS
        if known and not parts.hostname:
            raise trouble()
        base = f"{parts.scheme}://x"
        path = urlsplit(urljoin(f"{base}/", parts.path or "/")).path if known else parts.path
        _ = parts.port
    except ValueError as error:
        raise trouble() from error
    return parts._replace(path=path or ("/" if known else ""))


TYPE = DotNetType("System.Uri", python=Uri)
TYPES = (enumeration("System.UriKind", UriKind), enumeration("System.UriPartial", UriPartial))


@TYPE.constructor("(string uriString)")
@TYPE.constructor("(string uriString, UriKind uriKind)")
def create(text: str | None, kind: int = 1) -> Uri:
    """Return the URI in a text. Raises UriFormatException."""
    if text is None:
        raise null_argument("uriString")
    absolute = kind == 1 or (kind == 0 and bool(SCHEME.match(text)))
    return Uri(text, absolute)


@TYPE.constructor("(Uri baseUri, string relativeUri)")
def relative(base: Uri | None, text: str | None) -> Uri:
    """Return a URI relative to another."""
    if base is None:
        raise null_argument("baseUri")
    return Uri(urljoin(base.absolute_uri, text or ""))


def part(uri: Uri) -> Uri:
    """Return the URI, which has to be absolute."""
    if not uri.absolute:
        raise invalid_operation("This operation is not supported for a relative URI.")
    return uri


TYPE.property("string! Host")(lambda uri: part(uri).parts.hostname or "")
TYPE.property("string! DnsSafeHost")(lambda uri: part(uri).parts.hostname or "")
TYPE.property("int Port")(lambda uri: part(uri).port)
TYPE.property("string! Scheme")(lambda uri: part(uri).parts.scheme)
TYPE.property("string! Authority")(lambda uri: part(uri).authority)
TYPE.property("string! AbsolutePath")(lambda uri: part(uri).parts.path)
TYPE.property("string! LocalPath")(lambda uri: unquote(part(uri).parts.path))
TYPE.property("string! PathAndQuery")(lambda uri: part(uri).parts.path + uri.query)
TYPE.property("string! Query")(lambda uri: part(uri).query)
TYPE.property("string! Fragment")(lambda uri: part(uri).fragment)
TYPE.property("string! UserInfo")(lambda uri: part(uri).user)
TYPE.property("string! AbsoluteUri")(lambda uri: part(uri).absolute_uri)
TYPE.property("string! OriginalString", code="{0}.original")
TYPE.property("bool IsAbsoluteUri", code="{0}.absolute")
TYPE.property("bool IsDefaultPort")(lambda uri: part(uri).port == PORTS.get(uri.parts.scheme))
TYPE.method("string! GetLeftPart(UriPartial part)", code="{0}.left({1})")


@TYPE.property("string[]! Segments")
def segments(uri: Uri) -> Array:
    """Return the parts of the path, each with its slash."""
    return Array(STRING, re.findall("[^/]*/|[^/]+", part(uri).parts.path))


TYPE.operator("==", "bool (Uri uri1, Uri uri2)")(lambda left, right: left == right)
TYPE.operator("!=", "bool (Uri uri1, Uri uri2)")(lambda left, right: left != right)


@TYPE.static("bool TryCreate(string uriString, UriKind uriKind, out Uri result)")
def try_create(text: str | None, kind: int) -> tuple[bool, Uri | None]:
    """Return whether the text is a URI, and the URI."""
    try:
        return True, create(text, kind)
    except DotNetError:
        return False, None


@TYPE.static("bool IsWellFormedUriString(string uriString, UriKind uriKind)")
def is_well_formed(text: str | None, kind: int) -> bool:
    """Tell whether a text is a URI that needs no escaping."""
    there, _ = try_create(text, kind)
    return there and text == escape_uri(text or "")


def needed(text: str | None) -> str:
    """Return a text that may not be null."""
    if text is None:
        raise null_argument("stringToEscape")
    return text


TYPE.static("string! EscapeDataString(string stringToEscape)")(
    lambda text: escape_data(needed(text))
)
TYPE.static("string! EscapeUriString(string stringToEscape)")(lambda text: escape_uri(needed(text)))
TYPE.static("string! UnescapeDataString(string stringToUnescape)")(
    lambda text: unescape_data(needed(text))
)
