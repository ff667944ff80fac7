"""Where a request goes, and where a redirect leads to (RFC 9110, 15.4)."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urljoin

import msgspec

from headgate.model.context import Context
from headgate.model.messages import Response, Url
from headgate.upstream.attempt import Origin

_REDIRECTS = frozenset((301, 302, 303, 307, 308))

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
