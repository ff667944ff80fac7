"""`headgate usage`: what calls used, summed."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich import box
from rich.console import Console
from rich.table import Table

from headgate.cli.records import opened
from headgate.model.clock import SECOND, Micros
from headgate.model.record import NANO
from headgate.stores.usage.queries import DIMENSIONS, Dimension, Selection, Total, totals
from headgate.stores.usage.tables import TOKENS

By = Enum("By", {name.upper(): name for name in DIMENSIONS})  # type: ignore[misc]  # made of data
KNOWN: dict[str, Dimension] = {name: name for name in DIMENSIONS}
AGO = re.compile(r"(\d{1,5})([dhm])")
UNITS = {"d": "days", "h": "hours", "m": "minutes"}
WIDTH_MAX = 1000
ALWAYS = ("input_tokens", "cached_tokens", "cache_write_tokens", "output_tokens")
DATE_HINT = "give 2026-01-31, 2026-01-31T12:00 (UTC), or 7d, 24h, 30m ago"


class Format(Enum):
    """How totals are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def instant(given: str | None, option: str, *, now: datetime) -> Micros | None:
    """Return the time that an option says, UTC unless it names an offset. Raises BadParameter."""
    if given is None:
        return None
    ago = AGO.fullmatch(given)
    try:
        if ago is not None:
            moment = now - timedelta(**{UNITS[ago[2]]: int(ago[1])})
        else:
            moment = datetime.fromisoformat(given)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return Micros(int(moment.timestamp() * SECOND))
    except (ValueError, OverflowError) as error:
        message = f"{given!r} is not a time: {DATE_HINT}"
        raise typer.BadParameter(message, param_hint=option) from error


def command(
    folder: Annotated[
        Path, typer.Argument(help="The service folder, whose own database is read.")
    ] = Path("."),
    *,
    database: Annotated[
        str | None, typer.Option(metavar="URL", help="Read this database instead.")
    ] = None,
    by: Annotated[
        list[By] | None, typer.Option(help="Sum by this; may be given several times.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help=f"From then on; {DATE_HINT}.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help="Up to then.")] = None,
    subscription: Annotated[list[str] | None, typer.Option(help="Only this one's calls.")] = None,
    model: Annotated[list[str] | None, typer.Option(help="Only this model's calls.")] = None,
    api: Annotated[list[str] | None, typer.Option(help="Only this API's calls.")] = None,
    product: Annotated[list[str] | None, typer.Option(help="Only this product's calls.")] = None,
    format: Annotated[Format, typer.Option(help="Output.")] = Format.TABLE,
) -> None:
    """Sum calls, tokens and cost of the usage records."""
    now = datetime.now(UTC)
    selection = Selection(
        since=instant(since, "--since", now=now),
        until=instant(until, "--until", now=now),
        match={
            "subscription": subscription or (),
            "model": model or (),
            "api": api or (),
            "product": product or (),
        },
    )
    dimensions = list(dict.fromkeys(KNOWN[one.value] for one in by or [By("subscription")]))
    found = asyncio.run(_totals(folder, database, by=dimensions, selection=selection))
    if format is Format.JSON:
        typer.echo(orjson.dumps([as_json(dimensions, total) for total in found]).decode())
    elif format is Format.CSV:
        typer.echo(as_csv(dimensions, found), nl=False)
    else:
        # A number that does not fit the window wraps; it is never cut off.
        Console(width=WIDTH_MAX).print(as_table(dimensions, found), crop=False)


async def _totals(
    folder: Path, url: str | None, *, by: Sequence[Dimension], selection: Selection
) -> list[Total]:
    async with opened(folder, url) as database:
        return await totals(database, by, selection=selection)


def as_json(by: Sequence[str], total: Total) -> dict[str, object]:
    """Return one group: cost in billionths of the unit, by currency."""
    return {
        **dict(zip(by, total.group, strict=True)),
        "calls": total.calls,
        "refused": total.refused,
        "failed": total.failed,
        "aborted": total.aborted,
        **total.tokens,
        "estimated_tokens": total.estimated,
        "estimated_share": round(share(total), 4),
        "cost_nano": total.cost,
        "unpriced_calls": total.unpriced,
    }


def share(total: Total) -> float:
    """Return how much of the input and output tokens the gateway counted itself, 0 to 1."""
    tokens = total.tokens["input_tokens"] + total.tokens["output_tokens"]
    return total.estimated / tokens if tokens else 0.0


def money(total: Total) -> str:
    """Return the cost for people: `1.250000 USD`; with `+` where some calls have no price."""
    told = " ".join(f"{nano / NANO:.6f} {name}" for name, nano in sorted(total.cost.items()))
    return f"{told}+" if told and total.unpriced else told


def as_csv(by: Sequence[str], found: Sequence[Total]) -> str:
    """Return CSV with a head; the cost is written out per currency, as `1.25 USD`."""
    rows = [as_json(by, total) | {"cost_nano": money(total)} for total in found]
    out = io.StringIO()
    head = [*by, "calls", "refused", "failed", "aborted", *TOKENS]
    head += ["estimated_tokens", "estimated_share", "cost", "unpriced_calls"]
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(list(row.values()) for row in rows)
    return out.getvalue()


def as_table(by: Sequence[str], found: Sequence[Total]) -> Table:
    """Return a table; kinds of tokens that nobody used have no column."""
    kinds = [n for n in TOKENS if n in ALWAYS or any(total.tokens[n] for total in found)]
    table = Table(box=box.SIMPLE)
    for name in by:
        table.add_column(name)
    names = [kind.removesuffix("_tokens").replace("_", "-") for kind in kinds]
    for name in ("calls", "refused", "failed", "aborted", *names, "estimated", "cost"):
        table.add_column(name, justify="right")
    for total in found:
        counts = (total.calls, total.refused, total.failed, total.aborted)
        amounts = (*counts, *[total.tokens[kind] for kind in kinds])
        cells = [value or "-" for value in total.group]
        cells += [f"{amount:,}" for amount in amounts]
        table.add_row(*cells, f"{share(total):.1%}", money(total))
    return table
