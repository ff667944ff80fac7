"""The counters of a running gateway: list them, look at one, reset one.

`GET /counters` and `POST /counters/reset`; docs/counters.md has the fields.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping

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
from headgate.management.pages import Refusal, as_json, guarded, read_json
from headgate.model.clock import SECOND
from headgate.stores.counters import CounterStore

_PARAMETERS = frozenset({"kind", "per", "key", "prefix", "limit", "cursor"})


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


class CounterPages:
    """The two requests, on one store. `host` is what the port listens on, by name or address."""

    def __init__(self, store: CounterStore, *, host: str) -> None:
        self._store = store
        self._host = host

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/counters", guarded(self._list, host=self._host)),
            Route("/counters/reset", guarded(self._reset, host=self._host), methods=["POST"]),
        ]

    async def _list(self, request: Request) -> Response:
        selection = _selection(request.query_params)
        listed = self._store.apply(ListCounters())
        assert isinstance(listed, Listed)
        # There may be very many; calls go on meanwhile.
        chosen, last = await asyncio.to_thread(page, listed.counters, selection)
        looked = self._store.apply(Look(chosen))
        assert isinstance(looked, Looked)
        rows = [_row(standing) for standing in looked.standings]
        return as_json(Page(rows, None if last is None else cursor(last)))

    async def _reset(self, request: Request) -> Response:
        counter = await _named(request)
        self._store.apply(Reset(counter))
        looked = self._store.apply(Look((counter,)))
        assert isinstance(looked, Looked)
        if not looked.standings:
            raise Refusal(404, "There is no such counter; nothing was charged to it")
        return as_json(_row(looked.standings[0]))


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
    body = await read_json(request, ResetBody)
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
