"""The counters of a running gateway: list them, look at one, reset one.

`GET /counters` and `POST /counters/reset`; docs/counters.md has the fields. There is no sign-in:
whoever reaches the port may use it, and so must not be a web page in somebody's browser. A page of
another site cannot read an answer, cannot post JSON without leave, which is never given, and is
found out by the Host header when it rebinds its own name to this address.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from ipaddress import ip_address

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from headgate.limits.calendar import PeriodName, checked_period
from headgate.limits.listing import (
    KINDS,
    Selection,
    counter_at,
    cursor,
    extent_named,
    page,
)
from headgate.limits.operations import (
    LOOK_MAX,
    CounterId,
    Kind,
    ListCounters,
    Listed,
    Look,
    Looked,
    Reset,
    Standing,
)
from headgate.model.clock import SECOND
from headgate.stores.counters import CounterStore

BODY_MAX = 8192
"""Bytes of a request's body; a key of 256 characters, escaped, is a quarter of it."""

_PARAMETERS = frozenset({"kind", "per", "key", "prefix", "limit", "cursor"})


class Refusal(Exception):
    """A request that is not carried out: status and message of the answer."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Row(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One counter as it is shown: one of `window` (seconds) and `period` is there."""

    kind: Kind
    window: int | float | None = None
    period: PeriodName | None = None
    key: str
    used: int
    held: int
    limit: int | None = msgspec.field(default_factory=lambda: None)
    remaining: int | None = msgspec.field(default_factory=lambda: None)
    frees_in: float
    empties_in: float


class Page(msgspec.Struct, frozen=True):
    """Some counters; `cursor` asks for those that follow."""

    counters: list[Row]
    cursor: str | None


class ResetBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The counter to reset: one of `window` (seconds) and `period` is needed."""

    kind: Kind
    window: int | float | None = None
    period: PeriodName | None = None
    key: str


class Problem(msgspec.Struct, frozen=True, rename="camel"):
    """An error, as the data port writes it."""

    status_code: int
    message: str


Endpoint = Callable[[Request], Awaitable[Response]]


class CounterPages:
    """The two requests, on one store. `host` is what the port listens on, by name or address."""

    def __init__(self, store: CounterStore, *, host: str) -> None:
        self._store = store
        self._host = host.lower()

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/counters", self._guarded(self._list)),
            Route("/counters/reset", self._guarded(self._reset), methods=["POST"]),
        ]

    def _guarded(self, endpoint: Endpoint) -> Endpoint:
        async def guarded(request: Request) -> Response:
            try:
                self._check_host(request.headers.get("host", ""))
                return await endpoint(request)
            except Refusal as refusal:
                return _json(Problem(refusal.status, str(refusal)), status=refusal.status)

        return guarded

    def _check_host(self, given: str) -> None:
        name = given.lower()
        if not name.endswith("]"):
            # An IPv6 address without a port has colons of its own, and brackets.
            name = name.rpartition(":")[0] or name
        if name in ("localhost", self._host):
            return
        try:
            ip_address(name.removeprefix("[").removesuffix("]"))
        except ValueError:
            message = f"Host is {given!r}: use an IP address, localhost or the configured host"
            raise Refusal(421, message) from None

    async def _list(self, request: Request) -> Response:
        selection = _selection(request.query_params)
        listed = self._store.apply(ListCounters())
        assert isinstance(listed, Listed)
        # There may be very many; calls go on meanwhile.
        chosen, last = await asyncio.to_thread(page, listed.counters, selection)
        looked = self._store.apply(Look(chosen))
        assert isinstance(looked, Looked)
        rows = [_row(standing) for standing in looked.standings]
        return _json(Page(rows, None if last is None else cursor(last)))

    async def _reset(self, request: Request) -> Response:
        counter = await _named(request)
        self._store.apply(Reset(counter))
        looked = self._store.apply(Look((counter,)))
        assert isinstance(looked, Looked)
        if not looked.standings:
            raise Refusal(404, "There is no such counter; nothing was charged to it")
        return _json(_row(looked.standings[0]))


def _selection(query: Mapping[str, str]) -> Selection:
    """Return what a query asks for. Raises Refusal."""
    unknown = sorted(query.keys() - _PARAMETERS)
    if unknown:
        raise Refusal(400, f"unknown parameter {unknown[0]!r}: {', '.join(sorted(_PARAMETERS))}")
    kind = query.get("kind")
    if kind is not None and kind not in KINDS:
        raise Refusal(400, f"kind is {kind!r}: expected one of {', '.join(KINDS)}")
    limit = query.get("limit", str(LOOK_MAX))
    if re.fullmatch(r"[0-9]{1,4}", limit) is None or not 1 <= int(limit) <= LOOK_MAX:
        raise Refusal(400, f"limit is {limit!r}: expected 1 to {LOOK_MAX}")
    per, after = query.get("per"), query.get("cursor")
    try:
        extent = None if per is None else extent_named(per)
    except ValueError as error:
        raise Refusal(400, f"per is {error}") from error
    try:
        position = None if after is None else counter_at(after)
    except ValueError as error:
        raise Refusal(400, "cursor is none that an earlier answer gave") from error
    return Selection(
        kind=kind,
        extent=extent,
        key=query.get("key"),
        prefix=query.get("prefix", ""),
        after=position,
        limit=int(limit),
    )


async def _named(request: Request) -> CounterId:
    """Return the counter that a body names. Raises Refusal."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Refusal(415, "content-type has to be application/json")
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > BODY_MAX:
            raise Refusal(413, f"the body is longer than {BODY_MAX} bytes")
    try:
        body = msgspec.json.decode(data, type=ResetBody)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal(400, f"the body is not understood: {error}") from error
    if body.window is not None and body.period is None and 0 < body.window < 2**31:
        return (body.kind, round(body.window * SECOND), body.key)
    if body.period is not None and body.window is None:
        try:
            return (body.kind, checked_period(body.period), body.key)
        except ValueError as error:
            raise Refusal(400, f"the body is not understood: {error}") from error
    raise Refusal(400, "the body needs one of window (seconds, above 0) and period")


def _row(standing: Standing) -> Row:
    kind, extent, key = standing.counter
    window = period = None
    if not isinstance(extent, int):
        period = extent
    else:
        window = extent / SECOND if extent % SECOND else extent // SECOND
    return Row(
        kind=kind,
        window=window,
        period=period,
        # A lone surrogate, which no UTF-8 can carry, is shown as a question mark.
        key=key.encode("utf-8", "replace").decode(),
        used=standing.used,
        held=standing.held,
        limit=standing.limit,
        remaining=standing.remaining,
        frees_in=standing.frees_in / SECOND,
        empties_in=standing.empties_in / SECOND,
    )


def _json(content: Page | Row | Problem, *, status: int = 200) -> Response:
    return Response(
        msgspec.json.encode(content),
        status,
        media_type="application/json",
        headers={"cache-control": "no-store", "x-content-type-options": "nosniff"},
    )
