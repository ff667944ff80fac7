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

_KEPT = frozenset((b"connection", b"content-length", b"host", b"transfer-encoding"))
"""Connection cannot declare these to be hop-by-hop: they frame the message."""

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
    """Read what frames the message; return why it cannot be served, if so."""
    items = inbound.items
    values = {lower: value for lower, _, value in items}
    host = inbound.host = values.get(b"host")
    if host is None:
        if not inbound.http_10:
            return Refusal(400, "The request has no Host header.")
    elif len(values) != len(items) and sum(item[0] == b"host" for item in items) > 1:
        return Refusal(400, "The request has two Host headers.")
    if len(items) > bounds.headers:
        return Refusal(431, "The request has too many headers.")
    digits = values.get(b"content-length")
    if digits is not None:
        # llhttp lets pass nothing but digits below 2^64, after any number of zeros.
        length = inbound.length = int(digits[-20:])
        if length > bounds.body_streamed:
            return Refusal(413, "The request body is too large.")
    elif b"transfer-encoding" in values:
        if inbound.http_10:
            return Refusal(400, "HTTP/1.0 knows no Transfer-Encoding.")
        inbound.chunked = True
    if b"expect" in values:
        if values[b"expect"].lower() != b"100-continue":
            return Refusal(417, "Only Expect: 100-continue is met.")
        inbound.wants_continue = not inbound.http_10
    if b"connection" in values and values[b"connection"].lower() not in _PLAIN_CONNECTION:
        named = named_by_connection(items) - _KEPT
        inbound.items = [item for item in items if item[0] not in named]
    return examine_target(inbound)


def examine_target(inbound: Inbound) -> Refusal | None:
    """Refuse what a proxy or a tunnel would be asked, and bytes that no URL has."""
    # Latin-1 keeps every byte apart, and looking into text is much faster than into bytes.
    target = inbound.target.decode("latin-1")
    if inbound.method == b"CONNECT":
        return Refusal(501, "This gateway opens no tunnels.")
    if target[:1] != "/":
        return Refusal(400, "The request target has to be a path.")
    if not target.isascii() or "#" in target or "\x7f" in target:
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
    if inbound.chunked or inbound.length is not None:
        # A head announces a body, be it an empty one.
        body = Body(inbound.take()) if inbound.complete else Body(complete=False)
    method = _METHODS.get(inbound.method) or inbound.method.decode("ascii")
    return Request(method, url, Headers(inbound.items), body, peer)
