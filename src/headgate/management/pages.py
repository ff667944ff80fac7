"""What the pages of the management port share: who may ask, how bodies are read, how errors look.

There is no sign-in yet: whoever reaches the port may use it, and so must not be a web page in
somebody's browser. A page of another site cannot read an answer, cannot post JSON without leave,
which is never given, and is found out by the Host header when it rebinds its own name to this
address.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

BODY_MAX = 8192
"""Bytes of a request's body; a key of 256 characters, escaped, is a quarter of it."""

T = TypeVar("T")
Endpoint = Callable[[Request], Awaitable[Response]]


class Refusal(Exception):
    """A request that is not carried out: status and message of the answer."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Problem(msgspec.Struct, frozen=True, rename="camel"):
    """An error, as the data port writes it."""

    status_code: int
    message: str


def guarded(endpoint: Endpoint, *, host: str) -> Endpoint:
    """Return an endpoint that no web page reaches; `host` is what the port listens on.

    What it refuses is answered with a `Problem`.
    """

    async def answer(request: Request) -> Response:
        try:
            check_host(request.headers.get("host", ""), host)
            return await endpoint(request)
        except Refusal as refusal:
            return as_json(Problem(refusal.status, str(refusal)), status=refusal.status)

    return answer


def check_host(given: str, host: str) -> None:
    """Raise Refusal 421 for a Host that is neither an address, localhost nor the one configured."""
    name = given.lower()
    if not name.endswith("]"):
        # An IPv6 address without a port has colons of its own, and brackets.
        name = name.rpartition(":")[0] or name
    if name in ("localhost", host.lower()):
        return
    try:
        ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        message = f"Host is {given!r}: use an IP address, localhost or the configured host"
        raise Refusal(421, message) from None


async def read_json(request: Request, kind: type[T]) -> T:
    """Return a request's body. Raises Refusal."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Refusal(415, "content-type has to be application/json")
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > BODY_MAX:
            raise Refusal(413, f"the body is longer than {BODY_MAX} bytes")
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal(400, f"the body is not understood: {error}") from error


def as_json(content: Any, *, status: int = 200) -> Response:
    """Return an answer that nobody keeps or takes for anything but JSON."""
    return Response(
        msgspec.json.encode(content),
        status,
        media_type="application/json",
        headers={"cache-control": "no-store", "x-content-type-options": "nosniff"},
    )
