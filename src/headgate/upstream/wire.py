"""HTTP/1.1 heads as bytes: what is written to an upstream, and what never passes a gateway."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote

from headgate.model.messages import HeaderItem, Headers
from headgate.model.unicode import encodable
from headgate.upstream.attempt import Origin

HOP_BY_HOP = frozenset(
    b"connection http2-settings keep-alive proxy-authenticate proxy-authorization "
    b"proxy-connection te trailer transfer-encoding upgrade".split()
)
"""Headers that concern one connection only (RFC 9110, 7.6.1)."""

_REQUEST_DROPPED = HOP_BY_HOP | {b"content-length", b"expect", b"host"}
_BODILESS = frozenset(("GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT"))
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
_TARGET_SAFE = "/?&=%:@!$'()*+,;~-._[]|"


def head_lines(
    first: bytes, items: Iterable[HeaderItem], *, dropped: frozenset[bytes], rest: bytes
) -> bytes:
    """Return the lines of a head; `rest` are lines with their ends, and what stands behind them.

    No value can hold a line end of its own: llhttp refuses those of peers, `Headers` those of
    policies.
    """
    # Of the ways to write this, adding costs least for lines as short as those of headers.
    lines = [name + b": " + value for lower, name, value in items if lower not in dropped]
    return b"\r\n".join([first, *lines, rest])


def named_by_connection(items: list[HeaderItem]) -> frozenset[bytes]:
    """Return the lower-case names that Connection headers declare hop-by-hop."""
    named: set[bytes] = set()
    for lower, _, value in items:
        if lower == b"connection":
            named.update(token.strip().lower() for token in value.split(b","))
    return frozenset(named)


@lru_cache(maxsize=1024)
def authority(origin: Origin) -> bytes:
    """Return host and port as the Host header states them."""
    bracketed = f"[{origin.host}]" if ":" in origin.host else origin.host
    default = 443 if origin.scheme == "https" else 80
    return (bracketed if origin.port == default else f"{bracketed}:{origin.port}").encode("ascii")


def request_target(path: str, query_string: str) -> bytes:
    """Return the origin-form; what may not stand there unencoded is percent-encoded."""
    target = path + query_string
    if not path.startswith("/"):
        target = "/" + target
    if not target.isascii() or not target.isprintable() or " " in target or "#" in target:
        target = quote(encodable(target), safe=_TARGET_SAFE)
    return target.encode("ascii")


@lru_cache(maxsize=64)
def method_token(method: str) -> bytes:
    """Return a method for the request line.

    Raises ValueError when a policy made it no token, or CONNECT, which would open a tunnel.
    """
    if not _TOKEN.fullmatch(method) or method == "CONNECT":
        raise ValueError(f"{method!r} is not an HTTP method")
    return method.encode("ascii")


def framing(method: str, length: int | None) -> bytes:
    """Return the line that tells how long a complete body is; None: there is no body."""
    if length is not None:
        return b"content-length: %d\r\n\r\n" % length
    # RFC 9110, 8.6: a method that anticipates content says that there is none.
    return b"\r\n" if method in _BODILESS else b"content-length: 0\r\n\r\n"


def request_head(
    method: bytes, target: bytes, *, host: bytes, headers: Headers, framing: bytes
) -> bytes:
    """Return a request head; `framing` ends it, and may have content behind it."""
    first = b"%b %b HTTP/1.1\r\nhost: %b" % (method, target, host)
    return head_lines(first, headers.items, dropped=_REQUEST_DROPPED, rest=framing)
