"""What a cross-origin answer says of who may read it (apim.md 9.7; Fetch, 3.2).

`cors` decides it in inbound. The headers are written when the answer goes out, whichever it is:
a script that may not read an error cannot tell a limit from a broken network.
"""

from __future__ import annotations

import re

import msgspec

from headgate.model.context import Context
from headgate.model.messages import TOKEN, Body, Headers, Response

ANY = "*"

_ORIGIN = re.compile(r"(https?)://([^/?#\s]+)([/?#].*)?")
"""Scheme, and host with port, of a URL; documents write origins with a slash at the end too."""
_VARY = re.compile(r"[^\s,]+")


class CrossOrigin(msgspec.Struct, frozen=True, kw_only=True):
    """What one call's `cors` policy allowed."""

    origin: str
    """The origin that may read the answer, or `*`."""
    credentials: bool
    exposed: tuple[str, ...] = ()
    """Headers of the answer that scripts may read."""

    def write(self, headers: Headers) -> None:
        """Put it into the headers of an answer, in the place of what a backend says."""
        headers.set("Access-Control-Allow-Origin", self.origin)
        if self.credentials:
            headers.set("Access-Control-Allow-Credentials", "true")
        if self.exposed:
            headers.set("Access-Control-Expose-Headers", ",".join(self.exposed))
        if self.origin != ANY:
            add_vary(headers, "Origin")


class Preflight(msgspec.Struct, frozen=True):
    """What a browser asks before a script calls."""

    origin: str
    method: str
    headers: tuple[str, ...]

    @classmethod
    def of(cls, headers: Headers) -> Preflight:
        """Return what the headers of a request ask."""
        return cls(
            headers.get("Origin") or "",
            headers.get("Access-Control-Request-Method") or "",
            tuple(TOKEN.findall(headers.get("Access-Control-Request-Headers") or "")),
        )

    def answer(
        self, allowed: CrossOrigin, *, methods: list[str], headers: list[str], age: int
    ) -> Response | None:
        """Return the answer where the method and the headers, in lower case, are allowed too.

        `age` is how many seconds it may be remembered. What was asked for is said, not `*`, which
        browsers take literally where credentials are sent.
        """
        any_header = ANY in headers
        if not (ANY in methods or self.method in methods):
            return None
        if not (any_header or all(name.lower() in headers for name in self.headers)):
            return None
        response = Response(200, "OK", Headers(), Body())
        allowed.write(response.headers)
        response.headers.remove(b"access-control-expose-headers")
        said = [self.method] if ANY in methods else methods
        response.headers.set("Access-Control-Allow-Methods", ",".join(said))
        names = self.headers if any_header else headers
        if names:
            response.headers.set("Access-Control-Allow-Headers", ",".join(names))
        if age:
            response.headers.set("Access-Control-Max-Age", str(age))
        return response


def write_cross_origin(context: Context) -> None:
    """Write what `cors` allowed, if it did, on the answer that goes out."""
    allowed: CrossOrigin | None = context.owners.get(CrossOrigin)
    if allowed is not None and context.response is not None:
        allowed.write(context.response.headers)


def add_vary(headers: Headers, name: str) -> None:
    """Say that the answer depends on a header of the request, unless it says so already."""
    said = {word.lower() for line in headers.values("Vary") for word in _VARY.findall(line)}
    if ANY not in said and name.lower() not in said:
        headers.append("Vary", name)


def normal_origin(text: str) -> str:
    """Return an origin as it is compared: scheme, host and port in lower case, no default port.

    A text that is no http or https URL, such as `null` or `*`, is only put into lower case.
    """
    lowered = text.strip().lower()
    found = _ORIGIN.fullmatch(lowered)
    if found is None:
        return lowered
    scheme, place = found[1], found[2]
    return f"{scheme}://{place.removesuffix(':443' if scheme == 'https' else ':80')}"
