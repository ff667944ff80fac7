"""What is asked of the usage records: totals by dimension, and one record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, get_args

import msgspec
from sqlalchemy import BigInteger, ColumnElement, Integer, cast, func, literal_column, select

from headgate.model.clock import SECOND, Micros
from headgate.model.record import UsageRecord
from headgate.model.usage import TokenUsage
from headgate.stores.usage.database import Database
from headgate.stores.usage.tables import ADMISSIONS, RECORDS, TOKENS

Dimension = Literal[
    "subscription", "model", "day", "api", "product", "operation", "user", "backend"
]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)

DAY = 86_400 * SECOND
ENDED = ("complete", "refused", "failed")
"""Endings of calls whose answer passed whole; all others are aborted."""

C = RECORDS.c


class Total(msgspec.Struct, kw_only=True):
    """The sums of one group of calls."""

    group: tuple[str, ...]
    """One value per dimension; days as ISO dates, UTC."""
    calls: int = 0
    refused: int = 0
    failed: int = 0
    aborted: int = 0
    tokens: dict[str, int] = {}
    """By column of `TOKENS`."""
    estimated: int = 0
    """Of the input and output tokens: counted by the gateway, not reported."""
    unpriced: int = 0
    """Calls with tokens whose model has no price."""
    cost: dict[str, int] = {}
    """By currency, in billionths of its unit."""


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which calls are summed: those that began in `since` <= time < `until`, and match."""

    since: Micros | None = None
    until: Micros | None = None
    match: Mapping[Dimension, Sequence[str]] = {}
    """Values by dimension; one of them has to be equal."""

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the conditions of the query."""
        found: list[ColumnElement[bool]] = []
        if self.since is not None:
            found.append(C.time >= self.since)
        if self.until is not None:
            found.append(self.until > C.time)
        found += [column(name).in_(values) for name, values in self.match.items() if values]
        return found


def column(dimension: Dimension) -> ColumnElement[Any]:
    """Return what calls are grouped by; days count from the epoch."""
    if dimension == "day":
        return C.time // literal_column(str(DAY), BigInteger)
    return C["user_id" if dimension == "user" else dimension]


async def totals(database: Database, by: Sequence[Dimension], selection: Selection) -> list[Total]:
    """Return the sums of the selected calls, one per group, in order of the groups.

    Raises DatabaseUnavailable.
    """
    groups = [column(dimension) for dimension in by]
    both = C.input_tokens + C.output_tokens
    sums = [
        func.count(),
        func.sum(cast(C.ending == "refused", Integer)),
        func.sum(cast(C.ending == "failed", Integer)),
        func.sum(cast(C.ending.not_in(ENDED), Integer)),
        func.sum(cast(C.basis.in_(("estimated", "unreadable")), Integer) * both),
        func.sum(cast((both > 0) & C.cost.is_(None), Integer)),
        func.sum(C.cost),
        *[func.sum(C[name]) for name in TOKENS],
    ]
    query = select(C.currency, *groups, *sums).where(*selection.conditions())
    query = query.group_by(C.currency, *groups)
    async with database.connected() as connection:
        rows = (await connection.execute(query)).all()
    found: dict[tuple[str, ...], Total] = {}
    for currency, *values in rows:
        group = tuple(map(shown, by, values[: len(by)]))
        numbers = [int(value or 0) for value in values[len(by) :]]
        _add(found.setdefault(group, Total(group=group)), currency, numbers=numbers)
    return [found[group] for group in sorted(found)]


def _add(total: Total, currency: str, *, numbers: list[int]) -> None:
    calls, refused, failed, aborted, estimated, unpriced, cost, *tokens = numbers
    total.calls += calls
    total.refused += refused
    total.failed += failed
    total.aborted += aborted
    total.estimated += estimated
    total.unpriced += unpriced
    for name, amount in zip(TOKENS, tokens, strict=True):
        total.tokens[name] = total.tokens.get(name, 0) + amount
    if currency and cost:
        total.cost[currency] = total.cost.get(currency, 0) + cost


def shown(dimension: Dimension, value: str | int) -> str:
    """Return a group's value as it is shown."""
    if dimension != "day":
        return str(value)
    return date.fromordinal(date(1970, 1, 1).toordinal() + int(value)).isoformat()


async def find(database: Database, call: str) -> UsageRecord | None:
    """Return the record of a call, or None. Raises DatabaseUnavailable."""
    async with database.connected() as connection:
        row = (await connection.execute(select(RECORDS).where(C.id == call))).mappings().first()
    if row is None:
        return None
    values = dict(row)
    tokens = {name: values.pop(name) for name in TOKENS}
    basis = values.pop("basis")
    if basis:
        known = basis == "reported"
        readable = basis != "unreadable"
        values["usage"] = TokenUsage(
            **tokens, model=values["model"], reported=known, readable=readable
        )
    admissions = ADMISSIONS.decode(values.pop("admissions"))
    return UsageRecord(user=values.pop("user_id"), admissions=admissions, **values)
