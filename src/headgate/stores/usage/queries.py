"""What is asked of the usage records: totals by dimension, and one record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, get_args

import msgspec
from sqlalchemy import BigInteger, ColumnElement, Integer, Text, cast, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from headgate.model.clock import SECOND, Micros
from headgate.model.record import UsageRecord
from headgate.model.usage import TokenUsage
from headgate.stores.usage.database import Database
from headgate.stores.usage.tables import ADMISSIONS, RECORDS, SEPARATOR, TOKENS

Dimension = Literal[
    "subscription", "model", "day", "api", "product", "operation", "user", "backend"
]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)

DAY = 86_400 * SECOND
SLICES = 32

C = RECORDS.c


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
        return literal_column(f"({RECORDS.name}.{C.time.name} / {DAY})", BigInteger)
    return C["user_id" if dimension == "user" else dimension]


async def totals(
    database: Database, by: Sequence[Dimension], *, selection: Selection
) -> list[Total]:
    """Return the sums of the selected calls, one per group, in order of the groups.

    Raises DatabaseUnavailable.
    """
    # One key of all parts: SQLite sorts what it groups, and compares one text faster than many.
    # Ending and basis are parts too, which is cheaper than to look at them in each row.
    separator = literal_column(f"'{SEPARATOR}'", Text)
    key: ColumnElement[Any] = C.currency
    for part in (C.ending, C.basis, *map(column, by)):
        key = key.op("||")(separator).op("||")(part)
    unpriced = cast((C.input_tokens + C.output_tokens > 0) & C.cost.is_(None), Integer)
    sums = [func.sum(C[name]) for name in TOKENS]
    query = select(key.label("key"), func.count(), func.sum(unpriced), func.sum(C.cost), *sums)
    query = query.where(*selection.conditions()).group_by(literal_column("1"))
    found: dict[tuple[str, ...], Total] = {}
    async with database.connected() as connection:
        for since, until in await _slices(connection, selection):
            rows = await connection.execute(query.where(C.time >= since, until > C.time))
            for parts, *numbers in rows:
                currency, ending, basis, *values = parts.split(SEPARATOR)
                group = tuple(map(shown, by, values))
                total = found.setdefault(group, Total(group=group))
                _add(total, (currency, ending, basis), numbers=numbers)
    return [found[group] for group in sorted(found)]


async def _slices(connection: AsyncConnection, selection: Selection) -> list[tuple[int, int]]:
    """Return the stretches of time, from and to before, that are summed one after another.

    SQLite sorts what it groups, and sorting a little several times is faster than much at once.
    """
    first = (await connection.execute(select(func.min(C.time)))).scalar()
    last = (await connection.execute(select(func.max(C.time)))).scalar()
    if first is None or last is None:
        return []
    begin = max(first, first if selection.since is None else selection.since)
    end = min(last + 1, last + 1 if selection.until is None else selection.until)
    count = SLICES if connection.dialect.name == "sqlite" else 1
    step = max(1, -(-(end - begin) // count))
    return [(at, min(end, at + step)) for at in range(begin, end, step)]


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
