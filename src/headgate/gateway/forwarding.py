"""What a Forward effect sends: the request in the context, as bytes for an origin."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urljoin

import msgspec

from headgate.gateway.inbound import Inbound
from headgate.model.context import Context
from headgate.model.messages import Headers, Request, Response, Url
from headgate.upstream import wire
from headgate.upstream.attempt import Origin

_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_HARMLESS = frozenset(
    b"accept accept-charset accept-encoding accept-language cache-control content-encoding "
    b"content-language content-type if-match if-modified-since if-none-match if-range "
    b"if-unmodified-since pragma range traceparent tracestate user-agent".split()
)
"""All that is sent to an origin that only a redirect names. Secrets have any name: that of a
backend's credentials, or one that a policy made up."""

_origin = lru_cache(maxsize=1024)(Origin)


class Destination(msgspec.Struct, frozen=True):
    """Where a request goes, and as what."""

    base: Url
    """Scheme, host and port."""
    url: Url
    """Path and query string."""
    method: str
    with_body: bool = True
    trusted: bool = True
    """Whether the operator named it, rather than a redirect."""

    def origin(self, context: Context) -> Origin:
        """Return what the connection is pooled by."""
        base, backend = self.base, context.backend
        if backend is None or base.scheme != "https":
            return _origin(base.scheme, base.host, base.port)
        return _origin(
            base.scheme,
            base.host,
            base.port,
            backend.validate_certificate_chain,
            backend.validate_certificate_name,
        )


def outgoing_head(
    destination: Destination, request: Request, *, inbound: Inbound, origin: Origin
) -> bytes:
    """Return the head of the request. Raises ValueError when a policy made it impossible.

    A body that is still on its way keeps the framing that it came with.
    """
    method, url = destination.method, destination.url
    body = request.body if destination.with_body else None
    if body is None:
        framing = wire.framing(method, None)
    elif body.complete:
        framing = wire.framing(method, len(body.outgoing))
    elif inbound.length is not None:
        framing = wire.framing(method, inbound.length)
    else:
        framing = b"transfer-encoding: chunked\r\n\r\n"
    headers = request.headers
    host = headers.first(b"host")
    trusted = destination.trusted
    if host is None or host is inbound.host or not trusted:
        host = wire.authority(origin)
    if not trusted:
        headers = Headers([item for item in headers.items if item[0] in _HARMLESS])
    return wire.request_head(
        wire.method_token(method),
        wire.request_target(url.path, url.query_string),
        host=host,
        headers=headers,
        framing=framing,
    )


def redirected(response: Response, destination: Destination) -> Destination | None:
    """Return where a redirect leads to (RFC 9110, 15.4); None if the answer is none."""
    if response.status not in _REDIRECTS:
        return None
    location = response.headers.first(b"location")
    if location is None:
        return None
    base = destination.base
    here = Url(base.scheme, base.host, base.port, destination.url.path, "")
    try:
        url = Url.parse(urljoin(str(here), location.decode("latin-1")))
    except ValueError:
        return None
    method, with_body = destination.method, destination.with_body
    if response.status == 303 or (response.status < 303 and method == "POST"):
        method, with_body = ("HEAD" if method == "HEAD" else "GET"), False
    same = (url.scheme, url.host, url.port) == (base.scheme, base.host, base.port)
    return Destination(url, url, method, with_body, destination.trusted and same)
