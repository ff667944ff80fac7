"""What the demo shows, act by act. Each returns what was wrong with what it saw."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from headgate.cli.demo.clients import Caller, Ledger, Row
from headgate.cli.demo.verdicts import lesson_faults, sum_of

CALLS_MAX = 20
ADAPTIVE_TOKENS = 10
ADAPTIVE_EXPECTED = {"low alone": (0, 130), "both": (300, 120)}
"""High and low, from the table in examples/adaptive-limits."""

STYLES = {200: "green", 429: "yellow"}


def lesson_table(title: str, rows: list[Row]) -> Table:
    """Return the table of the lesson."""
    table = Table(title=title, title_justify="left")
    for heading in ("call", "status", "prompt", "completion", "remaining", "Retry-After"):
        table.add_column(heading, justify="right")
    for number, row in enumerate(rows, 1):
        cells = (row.prompt, row.completion, row.remaining, row.retry_after)
        status = f"[{STYLES.get(row.status, 'red')}]{row.status}[/]"
        table.add_row(str(number), status, *("" if cell is None else str(cell) for cell in cells))
    return table


@contextmanager
def live(console: Console, table: Table) -> Iterator[Live]:
    """Show a table while it grows; where there is no terminal, once when it is whole."""
    with Live(table, console=console, refresh_per_second=8) as display:
        yield display
    if not console.is_terminal:
        # There Rich leaves the last line open.
        console.line()


def lesson(
    console: Console, caller: Caller, *, ledger: Ledger, tag: str, stream: bool
) -> list[str]:
    """Send the lesson's payload until 429, wait exactly Retry-After, and send it again."""
    title = f"The lesson, {'streamed' if stream else 'plain'}: 50 tokens per minute"
    rows: list[Row] = []
    with live(console, lesson_table(title, rows)) as display:
        while len(rows) < CALLS_MAX and (not rows or rows[-1].status == 200):
            rows.append(caller.chat(stream=stream))
            display.update(lesson_table(title, rows))
    refusal = rows[-1]
    faults = lesson_faults(rows, ledger.calls(tag))
    if refusal.retry_after is None:
        return faults
    console.print(f'  429 says: {{ "statusCode": 429, "message": "{refusal.message}" }}')
    wait(console, refusal.at + refusal.retry_after)
    again = caller.chat(stream=stream)
    rows.append(again)
    console.print(lesson_table(f"After exactly {refusal.retry_after} seconds", [again]))
    if again.status != 200:
        faults.append(f"after Retry-After the call got {again.status}")
    served = ledger.calls(tag)
    shown = sum((row.prompt or 0) + (row.completion or 0) for row in rows)
    console.print(f"  Tokens shown: {shown}. Tokens in the simulator's ledger: {sum_of(served)}.\n")
    if shown != sum_of(served):
        faults.append(f"{shown} tokens were shown, the simulator served {sum_of(served)}")
    return faults


def wait(console: Console, until: float) -> None:
    """Wait for a monotonic second, showing how long it still takes."""
    began = time.monotonic()
    columns = (
        TextColumn("  waiting"),
        BarColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=until - began)
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(left, 0.2))
            progress.update(task, completed=time.monotonic() - began)


def adaptive(
    console: Console, callers: dict[str, Caller], *, ledgers: Callable[[str], int]
) -> list[str]:
    """Let one service draw alone, then both; show what each got of the common 500."""
    table = Table(
        title=f"Adaptive limits: 500 for all, calls of {ADAPTIVE_TOKENS} tokens",
        title_justify="left",
    )
    for heading in ("who draws", "high: 300 + a tenth", "low: 100 + a tenth", "together"):
        table.add_column(heading, justify="right")
    faults = []
    with live(console, table):
        for name, caller in callers.items():
            drawn = draw(caller, ("low",) if name == "low alone" else ("high", "low"))
            got = (drawn.get("high", 0), drawn["low"])
            table.add_row(name, str(got[0] or "idle"), str(got[1]), str(sum(got)))
            if got != ADAPTIVE_EXPECTED[name]:
                faults.append(f"{name}: {got} instead of {ADAPTIVE_EXPECTED[name]}")
            if ledgers(name) != sum(got):
                faults.append(
                    f"{name}: the simulator served {ledgers(name)} tokens, not {sum(got)}"
                )
    console.print("  The same limits as in the simulator's ledger, to the token.\n")
    return faults


def draw(caller: Caller, classes: tuple[str, ...]) -> dict[str, int]:
    """Call in turn, each class until its first 429; return the tokens that each got."""
    drawn = dict.fromkeys(classes, 0)
    drawing = list(classes)
    while drawing:
        for service_class in tuple(drawing):
            row = caller.embed(ADAPTIVE_TOKENS, service_class)
            if row.status == 200:
                drawn[service_class] += row.prompt or 0
            else:
                drawing.remove(service_class)
    return drawn
