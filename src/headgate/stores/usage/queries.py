"""What is asked of the usage records: totals by dimension, and one record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Literal, get_args

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Table,
    cast,
    func,
    literal_column,
    select,
)

from headgate.model.clock import Micros
from headgate.model.record import UsageRecord
from headgate.model.usage import TokenUsage
from headgate.stores.usage.database import Database
from headgate.stores.usage.tables import ADMISSIONS, DAY, DAYS, RECORDS, TOKENS

Dimension = Literal[
    "subscription", "model", "day", "api", "product", "operation", "user", "backend"
]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)


class Total(msgspec.Struct, kw_only=True):
    """The sums of one group of calls."""

    group: tuple[str, ...]
    """One value per dimension; days as ISO dates, UTC."""
    calls: int = 0
    refused: int = 0
    failed: int = 0
    aborted: int = 0
    """Broken off by the client, the backend or a timeout."""
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

    def stretches(self) -> Iterator[tuple[Table, int | None, int | None]]:
        """Yield where the sums are found, from when and to before when.

        Whole days were summed as they were written; what is left at the ends is summed now.
        """
        since, until = self.since, self.until
        first = None if since is None else -(-since // DAY) * DAY
        last = None if until is None else until // DAY * DAY
        if first is not None and last is not None and first >= last:
            yield RECORDS, since, until
            return
        yield DAYS, first, last
        if since != first:
            yield RECORDS, since, first
        if until != last:
            yield RECORDS, last, until


def column(table: Table, dimension: Dimension) -> ColumnElement[Any]:
    """Return what calls are grouped by; days count from the epoch."""
    if dimension == "day":
        return literal_column(f"({time_of(table).name} / {DAY})", BigInteger)
    return table.c["user_id" if dimension == "user" else dimension]


def time_of(table: Table) -> ColumnElement[int]:
    """Return the column that tells when calls began."""
    return table.c.day if table is DAYS else table.c.time


def query(
    table: Table, by: Sequence[Dimension], *, match: Mapping[Dimension, Sequence[str]]
) -> Select[Any]:
    """Return the sums of one table: currency, ending, basis and group, then calls and so on."""
    columns = table.c
    parts = [columns.currency, columns.ending, columns.basis, *[column(table, one) for one in by]]
    heads: list[ColumnElement[Any]]
    if table is DAYS:
        heads = [func.sum(columns.calls), func.sum(columns.unpriced)]
    else:
        unpriced = (columns.input_tokens + columns.output_tokens > 0) & columns.cost.is_(None)
        heads = [func.count(), func.sum(cast(unpriced, Integer))]
    sums = [func.sum(columns[name]) for name in ("cost", *TOKENS)]
    chosen = [column(table, name).in_(values) for name, values in match.items() if values]
    return select(*parts, *heads, *sums).where(*chosen).group_by(*parts)


async def totals(
    database: Database, by: Sequence[Dimension], *, selection: Selection
) -> list[Total]:
    """Return the sums of the selected calls, one per group, in order of the groups.

    Raises DatabaseUnavailable.
    """
    found: dict[tuple[str, ...], Total] = {}
    end = 3 + len(by)
    async with database.connected() as connection:
        for table, since, until in selection.stretches():
            asked = query(table, by, match=selection.match)
            if since is not None:
                asked = asked.where(time_of(table) >= since)
            if until is not None:
                asked = asked.where(time_of(table) < until)
            for row in await connection.execute(asked):
                group = tuple(map(shown, by, row[3:end]))
                total = found.setdefault(group, Total(group=group))
                _add(total, row[:3], numbers=row[end:])
    return [found[group] for group in sorted(found)]


def _add(total: Total, kind: Sequence[str], *, numbers: Sequence[Any]) -> None:
    """Add the calls of one currency, ending and basis."""
    currency, ending, basis = kind
    calls, unpriced, cost, *tokens = [int(number or 0) for number in numbers]
    total.calls += calls
    if ending == "refused":
        total.refused += calls
    elif ending == "failed":
        total.failed += calls
    elif ending != "complete":
        total.aborted += calls
    total.unpriced += unpriced
    for name, amount in zip(TOKENS, tokens, strict=True):
        total.tokens[name] = total.tokens.get(name, 0) + amount
    if basis in ("estimated", "unreadable"):
        total.estimated += tokens[0] + tokens[1]
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
        rows = await connection.execute(select(RECORDS).where(RECORDS.c.id == call))
        row = rows.mappings().first()
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
