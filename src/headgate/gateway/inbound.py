"""One request as it comes off the wire, and what is refused before there is a call.

llhttp rejects conflicting lengths, folded headers, bare LF and the like; what it lets pass and a
gateway must not (data plane, "What httptools does not do") is refused by `examine`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from headgate.gateway.framing import Refusal
from headgate.model.messages import Body, HeaderItem, Headers, Request, Url
from headgate.upstream.bounds import Bounds
from headgate.upstream.wire import named_by_connection

NOTABLE = frozenset(
    (b"connection", b"content-length", b"expect", b"host", b"transfer-encoding", b"upgrade")
)
"""Headers that change how the message is handled; the connection picks them out as they come."""

_PLAIN_CONNECTION = frozenset((b"keep-alive", b"close"))
_METHODS = {
    method.encode(): method
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE")
}
_HOST = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(?::([0-9]{0,5}))?")


class Inbound:
    """A request's head, and its body while it comes.

    `pieces` are the bytes that nobody took yet; `held` counts the bytes of this message that are
    in memory, also those that have become the content of the request.
    """

    __slots__ = (
        "chunked",
        "complete",
        "head_done",
        "held",
        "host",
        "http_10",
        "items",
        "keep_alive",
        "length",
        "method",
        "notable",
        "pieces",
        "refused",
        "size",
        "target",
        "upgrade",
        "wants_continue",
    )

    def __init__(self) -> None:
        self.target = b""
        self.items: list[HeaderItem] = []
        self.notable: list[HeaderItem] = []
        self.method = b""
        self.http_10 = False
        self.keep_alive = False
        self.upgrade = False
        self.host: bytes | None = None
        """The very object that the client sent: a policy that sets Host puts another one."""
        self.length: int | None = None
        """What Content-Length says, if there is one."""
        self.chunked = False
        self.wants_continue = False
        self.head_done = False
        self.complete = False
        self.pieces: list[bytes] = []
        self.held = 0
        self.size = 0
        """Bytes of the body that came so far."""
        self.refused: Refusal | None = None

    @property
    def has_body(self) -> bool:
        """Whether the head announces a body, be it an empty one."""
        return self.chunked or self.length is not None

    @property
    def head_length(self) -> int:
        """Return about how many bytes the head took."""
        lines = sum(len(name) + len(value) + 4 for _, name, value in self.items)
        return len(self.target) + lines

    def take(self) -> bytes:
        """Return the pieces as one."""
        pieces = self.pieces
        if not pieces:
            return b""
        content = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        self.pieces = []
        return content


def examine(inbound: Inbound, bounds: Bounds) -> Refusal | None:
    """Read the notable headers into the message; return why it cannot be served, if so."""
    hosts = 0
    for lower, _, value in inbound.notable:
        if lower == b"host":
            hosts += 1
            inbound.host = value
        elif lower == b"content-length":
            # llhttp lets pass nothing but digits below 2^64, after any number of zeros.
            if len(value) > 20:
                return Refusal(400, "The Content-Length is malformed.")
            inbound.length = int(value)
        elif lower == b"transfer-encoding":
            inbound.chunked = True
        elif lower == b"expect":
            if value.lower() != b"100-continue":
                return Refusal(417, "Only Expect: 100-continue is met.")
            inbound.wants_continue = not inbound.http_10
        elif lower == b"connection" and value.lower() not in _PLAIN_CONNECTION:
            named = named_by_connection(inbound.notable) - NOTABLE
            inbound.items = [item for item in inbound.items if item[0] not in named]
    if inbound.chunked and inbound.http_10:
        return Refusal(400, "HTTP/1.0 knows no Transfer-Encoding.")
    if hosts != 1 and not (hosts == 0 and inbound.http_10):
        return Refusal(400, "The request needs exactly one Host header.")
    if len(inbound.items) > bounds.headers:
        return Refusal(431, "The request has too many headers.")
    if inbound.length is not None and inbound.length > bounds.body_streamed:
        return Refusal(413, "The request body is too large.")
    return examine_target(inbound)


def examine_target(inbound: Inbound) -> Refusal | None:
    """Refuse what a proxy or a tunnel would be asked, and bytes that no URL has."""
    target = inbound.target
    if inbound.method == b"CONNECT":
        return Refusal(501, "This gateway opens no tunnels.")
    if not target.startswith(b"/"):
        return Refusal(400, "The request target has to be a path.")
    if not target.isascii() or b"#" in target or b"\x7f" in target:
        return Refusal(400, "The request target holds bytes that have to be percent-encoded.")
    return None


@lru_cache(maxsize=1024)
def split_host(host: bytes, secure: bool) -> tuple[str, int] | None:
    """Return name and port of a Host header; None if it is malformed."""
    matched = _HOST.fullmatch(host)
    if matched is None:
        return None
    port = int(matched[2]) if matched[2] else (443 if secure else 80)
    return (matched[1].decode("ascii"), port) if port < 65536 else None


def make_request(inbound: Inbound, *, secure: bool, peer: str) -> Request | Refusal:
    """Return the request that policies see. A body that is still on its way is incomplete."""
    named = split_host(inbound.host or b"localhost", secure)
    if named is None:
        return Refusal(400, "The Host header is malformed.")
    path, mark, query = inbound.target.decode("ascii").partition("?")
    url = Url("https" if secure else "http", named[0], named[1], path, mark + query)
    body: Body | None = None
    if inbound.has_body:
        body = Body(inbound.take(), complete=True) if inbound.complete else Body(complete=False)
    method = _METHODS.get(inbound.method) or inbound.method.decode("ascii")
    return Request(method, url, Headers(inbound.items), body, peer)
