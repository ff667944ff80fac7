"""`headgate counters`: what a running gateway has counted, and forgetting it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from math import ceil
from typing import Annotated, Any

import httpx2
import orjson
import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from headgate.limits.listing import KINDS
from headgate.limits.operations import LOOK_MAX
from headgate.model.record import NANO

KindName = Enum("KindName", {name.upper(): name for name in KINDS})  # type: ignore[misc]  # of data
TIMEOUT = 10.0
"""Seconds for one answer of the management port."""
SHOWN = 1000
WIDTH_MAX = 1000

Row = dict[str, Any]
"""A counter as the management port shows it (docs/counters.md)."""


class Format(Enum):
    """How counters are printed."""

    TABLE = "table"
    JSON = "json"


class Unanswered(Exception):
    """The management port did not do what it was asked; the message says why."""


class Port:
    """The management port of one gateway."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        # No proxy of the environment stands between an operator and the gateway.
        self._client = httpx2.Client(timeout=TIMEOUT, trust_env=False)

    def ask(self, method: str, path: str, **how: Any) -> dict[str, Any]:
        """Return the answer's JSON. Raises Unanswered."""
        try:
            answer = self._client.request(method, f"{self._url}{path}", **how)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            hint = "does the gateway run, and is this its management port?"
            raise Unanswered(f"{self._url} does not answer: {error} ({hint})") from error
        try:
            content = orjson.loads(answer.content)
        except orjson.JSONDecodeError:
            content = None
        if not isinstance(content, dict):
            raise Unanswered(f"{self._url}{path} answers {answer.status_code} without JSON")
        if answer.status_code != 200:
            raise Unanswered(f"{answer.status_code}: {content.get('message', '')}")
        return content

    def rows(self, query: dict[str, str], limit: int) -> Iterator[Row]:
        """Yield the counters of a query, page after page, at most `limit`."""
        query = dict(query)
        while limit > 0:
            answer = self.ask("GET", "/counters", params={**query, "limit": min(limit, LOOK_MAX)})
            yield from answer["counters"]
            limit -= LOOK_MAX
            if answer["cursor"] is None:
                break
            query["cursor"] = answer["cursor"]

    def reset(self, row: Row) -> Row:
        """Reset a counter that was listed and return how it stands then."""
        named = {name: row[name] for name in ("kind", "window", "period", "key") if name in row}
        return self.ask("POST", "/counters/reset", json=named)


def command(
    key: Annotated[str | None, typer.Argument(help="Only counters of this key.")] = None,
    *,
    management: Annotated[
        str, typer.Option(metavar="URL", help="The management port of the gateway.")
    ] = "http://127.0.0.1:8081",
    kind: Annotated[KindName | None, typer.Option(help="Only counters of this kind.")] = None,
    per: Annotated[
        str | None, typer.Option(help="Only windows of so many seconds, or a period: Daily.")
    ] = None,
    prefix: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Only keys that begin so.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = SHOWN,
    reset: Annotated[
        str | None, typer.Option(metavar="KEY", help="Forget what this key's counters counted.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Reset without asking.")] = False,
    format: Annotated[Format, typer.Option(help="Output.")] = Format.TABLE,
) -> None:
    """List the counters of a running gateway, or reset those of one key."""
    if key is not None and reset is not None:
        raise typer.BadParameter("give the key once, behind --reset", param_hint="--reset")
    port = Port(management)
    given = {
        "kind": None if kind is None else kind.value,
        "per": per,
        "key": key if reset is None else reset,
        "prefix": prefix,
    }
    query = {name: value for name, value in given.items() if value is not None}
    try:
        rows = list(port.rows(query, limit))
        if reset is None:
            show(rows, format)
        else:
            _reset(port, rows, yes=yes, format=format)
    except Unanswered as error:
        typer.echo(f"headgate: {error}", err=True)
        raise typer.Exit(1) from error


def _reset(port: Port, rows: list[Row], *, yes: bool, format: Format) -> None:
    if not rows:
        raise Unanswered("there is no such counter; nothing was charged to it")
    if not yes:
        # What is asked about is not what is asked for: standard output gets the answer alone.
        Console(stderr=True, width=WIDTH_MAX).print(as_table(rows), crop=False)
        number = "this counter" if len(rows) == 1 else f"these {len(rows)} counters"
        typer.confirm(f"Forget what {number} counted?", abort=True, err=True)
    show([port.reset(row) for row in rows], format)


def show(rows: list[Row], format: Format) -> None:
    """Print counters."""
    if format is Format.JSON:
        typer.echo(orjson.dumps(rows).decode())
    else:
        # A number that does not fit the window wraps; it is never cut off.
        Console(width=WIDTH_MAX).print(as_table(rows), crop=False)


def as_table(rows: list[Row]) -> Table:
    """Return a table; amounts of kind cost are in units of the currency."""
    table = Table(box=box.SIMPLE)
    for name in ("key", "kind", "per"):
        table.add_column(name)
    for name in ("used", "held", "limit", "remaining", "frees in", "empty in"):
        table.add_column(name, justify="right")
    for row in rows:
        amounts = [
            amount(row.get(name), row["kind"]) for name in ("used", "held", "limit", "remaining")
        ]
        per = row["period"] if "period" in row else f"{row['window']} s"
        times = [f"{ceil(row[name]):,} s" for name in ("frees_in", "empties_in")]
        # A key is somebody's data: as a Text it is no markup.
        table.add_row(Text(printable(row["key"])), row["kind"], per, *amounts, *times)
    return table


def printable(key: str) -> str:
    """Return a key as one line that no terminal takes for commands."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in key)


def amount(value: int | None, kind: str) -> str:
    """Return an amount for people: tokens and calls as they are, cost in units."""
    if value is None:
        return "-"
    return f"{value / NANO:,.6f}" if kind == "cost" else f"{value:,}"
