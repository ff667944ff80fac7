"""HTTP messages as policies see and change them.

Names and values stay bytes, as they came off the wire, until somebody reads them: a header that no
policy asks for is never decoded, and a message that no policy changes is written as it was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from operator import itemgetter
from urllib.parse import parse_qsl, urlsplit

from headgate.model.errors import CallError, internal_error

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}")
"""The name of a header, or a method (RFC 9110, 5.6.2)."""

UNFIT = re.compile(r"[^!-~]")
"""What stands in no URL as it is sent: blanks, controls and all that is not ASCII."""

UNSAFE = re.compile("[\r\n\0]")
"""What ends a line of a head, or confuses those who read it."""

HeaderItem = tuple[bytes, bytes, bytes]
"""Lower-case name (what is compared), name as it was written, value."""

_LOWER = itemgetter(0)

# Values of these are separate lines; of every other header they are joined by a comma
# (apim.md 9.6, set-header).
SEPARATE_LINES = frozenset(
    b"user-agent www-authenticate proxy-authenticate cookie set-cookie warning date expires "
    b"if-modified-since if-unmodified-since last-modified retry-after".split()
)


@lru_cache(maxsize=1024)
def header_name(name: str) -> tuple[bytes, bytes]:
    """Return a header's name in lower case and as written.

    Raises CallError 500 when it is no token (RFC 9110, 5.6.2): a policy made it.
    """
    if not TOKEN.fullmatch(name):
        raise _unsafe(f"{name[:64]!r} is not the name of a header.")
    raw = name.encode("ascii")
    return raw.lower(), raw


def header_value(value: str) -> bytes:
    """Return a header's value as it travels.

    Raises CallError 500 when it holds a line end or NUL, which would let a value that came from
    outside begin a header, or an answer, of its own (RFC 9110, 5.5).
    """
    if not value.isprintable() and UNSAFE.search(value):
        raise _unsafe("A header's value may not hold line ends or NUL.")
    return value.encode("utf-8", "replace")


def _unsafe(detail: str) -> CallError:
    return internal_error("", "HeaderInvalid", detail=detail)


class Headers:
    """An ordered multimap of headers. Names compare without case; text is Latin-1 on the wire."""

    __slots__ = ("items",)

    def __init__(self, items: list[HeaderItem] | None = None) -> None:
        self.items: list[HeaderItem] = [] if items is None else items

    @classmethod
    def of(cls, *pairs: tuple[str, str]) -> Headers:
        """Return headers made of text pairs."""
        headers = cls()
        for name, value in pairs:
            headers.append(name, value)
        return headers

    def first(self, lower: bytes) -> bytes | None:
        """Return the first raw value of a header given by its lower-case name."""
        for item in self.items:
            if item[0] == lower:
                return item[2]
        return None

    def values(self, name: str) -> list[str]:
        """Return all values of a header, one per line that it came in."""
        lower = name.lower().encode("latin-1", "replace")
        return [item[2].decode("latin-1") for item in self.items if item[0] == lower]

    def get(self, name: str, default: str | None = None) -> str | None:
        """Return the values joined with commas, or the default (apim.md 8.4)."""
        lower = name.lower().encode("latin-1", "replace")
        found = [item[2] for item in self.items if item[0] == lower]
        if not found:
            return default
        # Nearly every header has one line.
        value = found[0] if len(found) == 1 else b",".join(found)
        return value.decode("latin-1")

    def __contains__(self, name: str) -> bool:
        lower = name.lower().encode("latin-1", "replace")
        return any(item[0] == lower for item in self.items)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for _, name, value in self.items:
            yield name.decode("latin-1"), value.decode("latin-1")

    def names(self) -> list[str]:
        """Return each distinct name once, in order of first appearance."""
        seen: dict[bytes, str] = {}
        for lower, name, _ in self.items:
            seen.setdefault(lower, name.decode("latin-1"))
        return list(seen.values())

    def append(self, name: str, value: str) -> None:
        """Add one line. Raises CallError for what may not stand in a header."""
        lower, raw = header_name(name)
        self.items.append((lower, raw, header_value(value)))

    def set(self, name: str, *values: str) -> None:
        """Replace all lines of a header; several values follow the join rule of apim.md 9.6.

        Raises CallError for what may not stand in a header.
        """
        lower, raw = header_name(name)
        encoded = [header_value(value) for value in values]
        if len(encoded) > 1 and lower not in SEPARATE_LINES:
            encoded = [b",".join(encoded)]
        self.replace(lower, [(lower, raw, value) for value in encoded])

    def replace(self, lower: bytes, lines: list[HeaderItem]) -> None:
        """Put lines, which are checked and encoded, in the place of those of one name."""
        items = self.items
        # Most often there is none, and that is found out fastest by an iterator in C.
        if lower in map(_LOWER, items):
            items = self.items = [kept for kept in items if kept[0] != lower]
        items += lines

    def remove(self, lower: bytes) -> None:
        """Drop all lines of a header given by its lower-case name."""
        self.replace(lower, [])

    def copy(self) -> Headers:
        """Return headers that can change without changing these."""
        return Headers(self.items.copy())


class Url:
    """A URL in parts: `path` as sent (percent-encoded), `query_string` with its `?` or empty."""

    __slots__ = ("_query", "_query_of", "host", "path", "port", "query_string", "scheme")

    def __init__(self, scheme: str, host: str, port: int, path: str, query_string: str) -> None:
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
        self.query_string = query_string
        self._query: dict[str, list[str]] = {}
        self._query_of = ""

    @classmethod
    def parse(cls, text: str) -> Url:
        """Return the parts of an absolute http or https URL.

        Raises ValueError when it is anything else, has user information, a bad port, or characters
        that no URL has (RFC 3986, 2): `urlsplit` would drop line ends in silence.
        """
        text = text.strip()
        parts = urlsplit(text)
        is_foreign = parts.scheme not in ("http", "https") or "@" in parts.netloc
        if is_foreign or not parts.hostname or UNFIT.search(text):
            raise ValueError(f"not an absolute http or https URL: {text!r}")
        port = parts.port
        if port is None:
            port = 443 if parts.scheme == "https" else 80
        elif port == 0:
            raise ValueError(f"port 0 in {text!r}")
        query_string = f"?{parts.query}" if parts.query else ""
        return cls(parts.scheme, parts.hostname, port, parts.path or "/", query_string)

    @property
    def query(self) -> dict[str, list[str]]:
        """Return the query parameters, decoded, in order; parsed once per query string."""
        if self._query_of != self.query_string:
            self._query_of = self.query_string
            self._query = {}
            for name, value in parse_qsl(self.query_string[1:], keep_blank_values=True):
                self._query.setdefault(name, []).append(value)
        return self._query

    def copy(self) -> Url:
        """Return a URL that can change without changing this one."""
        return Url(self.scheme, self.host, self.port, self.path, self.query_string)

    def __str__(self) -> str:
        default = 443 if self.scheme == "https" else 80
        port = "" if self.port == default else f":{self.port}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{port}{self.path}{self.query_string}"


class Body:
    """The body of a message.

    While `complete` is false the rest is still on its way and `content` may not be read; a step
    that needs it yields `ReadRequestBody` or `ReadResponseBody` first. `consumed` means that an
    expression took it without `preserveContent`: it then reads as empty (apim.md 8.3). `replaced`
    means that a policy has put other content in the place of what came.
    """

    __slots__ = ("complete", "consumed", "content", "replaced")

    def __init__(self, content: bytes = b"", *, complete: bool = True) -> None:
        self.content = content
        self.complete = complete
        self.consumed = False
        self.replaced = False

    def take(self, *, preserve: bool) -> bytes:
        """Return the bytes as `As<T>(preserveContent)` sees them."""
        assert self.complete, "a step read a body that it did not wait for"
        if self.consumed:
            return b""
        self.consumed = not preserve
        return self.content

    @property
    def outgoing(self) -> bytes:
        """Return the bytes that travel on: nothing once consumed."""
        return b"" if self.consumed else self.content

    def replace(self, content: bytes) -> None:
        """Put new content, as set-body does."""
        self.content = content
        self.complete = True
        self.consumed = False
        self.replaced = True


class Request:
    """The request as it will be forwarded; `original_url` keeps what the caller asked for."""

    __slots__ = (
        "body",
        "caller_key",
        "certificate",
        "headers",
        "ip_address",
        "matched_parameters",
        "method",
        "original_url",
        "url",
    )

    def __init__(self, method: str, url: Url, headers: Headers, body: Body | None, ip: str) -> None:
        self.method = method
        self.url = url
        self.original_url = url
        self.headers = headers
        self.body = body
        self.ip_address = ip
        self.matched_parameters: dict[str, str] = {}
        self.certificate: bytes | None = None
        """The client's certificate in DER."""
        self.caller_key: list[HeaderItem] = []
        """The header lines that carried the caller's key, for policies to read until it leaves."""

    def drop_caller_key(self) -> None:
        """Take the caller's key off, before forwarding; what a policy has set instead stays."""
        if self.caller_key:
            headers = self.headers
            for line in self.caller_key:
                headers.items = [item for item in headers.items if item is not line]
            self.caller_key = []


class Response:
    """An answer: from a backend, or made by a policy."""

    __slots__ = ("body", "headers", "reason", "status")

    def __init__(self, status: int, reason: str, headers: Headers, body: Body | None) -> None:
        self.status = status
        self.reason = reason
        self.headers = headers
        self.body = body
