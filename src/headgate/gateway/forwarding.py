"""What a Forward effect sends: the request in the context, as bytes for an origin."""

from __future__ import annotations

from headgate.gateway.inbound import Inbound
from headgate.model.messages import Headers, Request
from headgate.upstream import wire
from headgate.upstream.attempt import Origin
from headgate.upstream.destination import Destination

_HARMLESS = frozenset(
    b"accept accept-charset accept-encoding accept-language cache-control content-encoding "
    b"content-language content-type if-match if-modified-since if-none-match if-range "
    b"if-unmodified-since pragma range traceparent tracestate user-agent".split()
)
"""All that is sent to an origin that only a redirect names. Secrets have any name: that of a
backend's credentials, or one that a policy made up."""


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
