"""System.UriBuilder: a URI whose parts can be set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from headgate.csharp.budget import made
from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import null_argument, out_of_range
from headgate.csharp.library.uri import PORTS, Uri, create
from headgate.csharp.types import simple
from headgate.csharp.values import NetObject

PORT_MAX = 65535


class UriBuilder(NetObject):
    """The parts as .NET keeps them; the port -1 is the scheme's own and is not shown."""

    __slots__ = ("fragment", "host", "path", "port", "query", "scheme", "user")
    NET = simple("UriBuilder")

    def __init__(self, scheme: str = "http", host: str = "localhost", port: int = -1) -> None:
        self.scheme = scheme or ""
        self.host = host or ""
        self.port = checked_port(port)
        self.path = "/"
        self.query = self.fragment = self.user = ""

    def to_text(self) -> str:
        """Return the URI."""
        user = f"{self.user}@" if self.user else ""
        port = f":{self.port}" if self.port != -1 else ""
        head = f"{self.scheme}://{user}{self.host}{port}"
        return made(f"{head}{self.path}{self.query}{self.fragment}")


def checked_port(port: int) -> int:
    """Return a port. Raises ArgumentOutOfRangeException."""
    if not -1 <= port <= PORT_MAX:
        raise out_of_range("value")
    return port


TYPE = DotNetType("System.UriBuilder", python=UriBuilder)


@TYPE.constructor("(Uri uri)")
def from_uri(uri: Uri | None) -> UriBuilder:
    """Return a builder with the parts of a URI."""
    if uri is None:
        raise null_argument("uri")
    found = UriBuilder(uri.parts.scheme, uri.parts.hostname or "", uri.port)
    found.path, found.query, found.fragment = uri.parts.path, uri.query, uri.fragment
    found.user = uri.user
    return found


@TYPE.constructor("(string uri)")
def from_text(text: str | None) -> UriBuilder:
    """Return a builder with the parts of a text; without a scheme it is http."""
    if text is None:
        raise null_argument("uri")
    return from_uri(create(text if "://" in text else f"http://{text}"))


@TYPE.constructor("(string scheme, string host, int port, string path)")
@TYPE.constructor("(string scheme, string host, int port, string path, string extraValue)")
def from_parts(
    scheme: str, host: str, port: int, path: str | None, extra: str | None = None
) -> UriBuilder:
    """Return a builder of parts; `extra` is a query with its `?` or a fragment with its `#`."""
    found = UriBuilder(scheme, host, port)
    set_path(found, path)
    query, mark, fragment = (extra or "").partition("#")
    found.query = query
    found.fragment = mark + fragment
    return found


TYPE.constructor("()")(UriBuilder)
TYPE.constructor("(string schemeName, string hostName)")(UriBuilder)
TYPE.constructor("(string scheme, string host, int portNumber)")(UriBuilder)


def set_path(found: UriBuilder, path: str | None) -> str | None:
    """Assign the path, which begins with a slash."""
    found.path = path if path and path[0] == "/" else f"/{path or ''}"
    return path


def set_port(found: UriBuilder, port: int) -> int:
    """Assign the port."""
    found.port = checked_port(port)
    return port


def marked(name: str, mark: str) -> Callable[[UriBuilder, str | None], Any]:
    """Return the setter of a part that is kept with its mark, which may be left out."""

    def assign(found: UriBuilder, value: str | None) -> str | None:
        setattr(found, name, f"{mark}{value.removeprefix(mark)}" if value else "")
        return value

    return assign


TYPE.property("string! Scheme", setter=marked("scheme", ""))(lambda found: found.scheme)
TYPE.property("string! Host", setter=marked("host", ""))(lambda found: found.host)
TYPE.property("string! UserName", setter=marked("user", ""))(lambda found: found.user)
TYPE.property("string! Query", setter=marked("query", "?"))(lambda found: found.query)
TYPE.property("string! Fragment", setter=marked("fragment", "#"))(lambda found: found.fragment)
TYPE.property("string! Path", setter=set_path)(lambda found: found.path)
TYPE.property("int Port", setter=set_port)(lambda found: found.port)


@TYPE.property("Uri! Uri")
def uri_of(found: UriBuilder) -> Uri:
    """Return the URI. Raises UriFormatException. The scheme's own port goes away."""
    if found.port == PORTS.get(found.scheme):
        found.port = -1
    return create(found.to_text())
