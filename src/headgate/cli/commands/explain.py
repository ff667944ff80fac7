"""`headgate explain`: why a call was admitted or refused."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from headgate.cli.records import opened
from headgate.model.clock import SECOND
from headgate.model.record import NANO, Admission, CounterReading, UsageRecord
from headgate.policy.token_rules import spelt
from headgate.stores.usage.queries import find


class Format(Enum):
    """How a decision is printed."""

    TEXT = "text"
    JSON = "json"


def command(
    call: Annotated[str, typer.Argument(metavar="ID", help="The request id of the call.")],
    folder: Annotated[
        Path, typer.Argument(help="The service folder, whose own database is read.")
    ] = Path("."),
    *,
    database: Annotated[
        str | None, typer.Option(metavar="URL", help="Read this database instead.")
    ] = None,
    format: Annotated[Format, typer.Option(help="Output.")] = Format.TEXT,
) -> None:
    """Print a decision: every counter and number that went into it, as they were then."""
    record = asyncio.run(_find(call, folder=folder, url=database))
    if record is None:
        typer.echo(
            f"headgate: no usage record of call {call!r}\n"
            "hint: calls are recorded a second after they end, and kept as long as retention says",
            err=True,
        )
        raise typer.Exit(1)
    if format is Format.JSON:
        typer.echo(msgspec.json.encode(record).decode())
    else:
        typer.echo("\n".join(explained(record)))


async def _find(call: str, *, folder: Path, url: str | None) -> UsageRecord | None:
    async with opened(folder, url) as database:
        return await find(database, call)


def explained(record: UsageRecord) -> Iterator[str]:
    """Yield the lines that tell a record to people."""
    began = datetime.fromtimestamp(record.time / SECOND, UTC).isoformat(timespec="milliseconds")
    yield f"call {record.id}"
    yield f"  began {began}, took {seconds(record.duration)}"
    if record.first_token is not None:
        yield f"  first token after {seconds(record.first_token)}"
    names = ("api", "operation", "product", "subscription", "user", "model", "backend", "dialect")
    told = [f"{name} {value}" for name in names if (value := getattr(record, name))]
    if told:
        yield f"  {', '.join(told)}"
    why = f" by {record.source} ({record.reason})" if record.source else ""
    yield f"  status {record.status}, {record.ending}{why}, attempts {record.attempts}"
    if record.retry_after is not None:
        yield f"  told to try again in {record.retry_after} s"
    usage = record.usage
    if usage is not None:
        yield f"  {usage.input_tokens} input + {usage.output_tokens} output tokens, {record.basis}"
    if record.cost is not None:
        yield f"  cost {record.cost / NANO:.9f} {record.currency}"
    if not record.admissions:
        yield "  no limit was asked"
    for admission in record.admissions:
        yield from _decided(admission)


def _decided(admission: Admission) -> Iterator[str]:
    where = f" at {admission.path}" if admission.path else ""
    mode = f", admission {admission.mode}" if admission.mode else ""
    verdict = "granted" if admission.refused_by is None else "refused"
    yield f"{admission.source}{where}{mode}: {verdict}"
    for index, reading in enumerate(admission.counters):
        yield from _read(admission, reading, refused=index == admission.refused_by)
    if admission.refused_by is None:
        return
    if admission.wait is None:
        yield "  it can never fit into this limit"
    else:
        guess = " (a guess: calls in flight are in the way)" if admission.waits_on_holds else ""
        yield f"  it would fit in {seconds(admission.wait)}{guess}"


def _read(admission: Admission, reading: CounterReading, *, refused: bool) -> Iterator[str]:
    """Yield one counter with the sum that was compared with its limit (limits, section 2)."""
    kind, period, key = reading.counter
    per = seconds(period) if isinstance(period, int) else period
    parts = [(reading.used, "used"), (reading.needed, "asked")]
    if admission.mode != "apim":
        parts.insert(1, (reading.held, "held"))
    total = sum(amount for amount, _ in parts)
    show = spelt if kind == "cost" else str
    told = " + ".join(f"{show(amount)} {name}" for amount, name in parts)
    sign = "<=" if total <= reading.limit else ">"
    summed = f"{told} = {show(total)} {sign} {show(reading.limit)}"
    verdict = "refused" if refused else f"{show(reading.remaining)} left"
    yield f"  {kind} per {per}, key {key!r}: {summed}: {verdict}"
    if admission.hold and admission.mode == "bounded" and admission.refused_by is None:
        yield f"    {admission.hold} tokens are held for the completion"


def seconds(micros: int) -> str:
    """Return a duration in seconds, no more exact than it is: `60 s`, `1.25 s`."""
    return f"{micros / SECOND:.6f}".rstrip("0").rstrip(".") + " s"
