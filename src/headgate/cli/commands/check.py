"""`headgate check`: compile documents and folders without serving them."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from headgate.rehearsal.check import check
from headgate.rehearsal.expression_sweep import sweep


class Format(Enum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"


def command(
    paths: Annotated[list[Path], typer.Argument(help="Files, folders or service folders.")],
    *,
    var: Annotated[
        list[str] | None,
        typer.Option(help="Fill a placeholder: name=value. May be given several times."),
    ] = None,
    allow_missing_named_values: Annotated[
        bool, typer.Option(help="Accept {{named values}} that nobody declares.")
    ] = False,
    allow_unsupported: Annotated[
        bool, typer.Option(help="Warn of API Management elements that do not exist here.")
    ] = False,
    expressions: Annotated[
        bool,
        typer.Option(help="Evaluate every expression for three calls, and count what comes out."),
    ] = False,
    format: Annotated[Format, typer.Option(help="Output.")] = Format.TEXT,
) -> None:
    """Compile every policy document, fragment and service folder below the paths."""
    variables = {}
    for assignment in var or ():
        name, equals, value = assignment.partition("=")
        if not equals or not name:
            raise typer.BadParameter(f"not name=value: {assignment!r}", param_hint="--var")
        variables[name] = value
    for path in paths:
        if not path.exists():
            raise typer.BadParameter(f"no such file or folder: {path}", param_hint="PATHS")
    if expressions:
        tried = sweep(paths, variables=variables)
        typer.echo(tried.to_json() if format is Format.JSON else tried.to_text())
        raise typer.Exit(tried.exit_code)
    report = check(
        paths,
        variables=variables,
        allow_missing_named_values=allow_missing_named_values,
        allow_unsupported=allow_unsupported,
    )
    typer.echo(report.to_json() if format is Format.JSON else report.to_text())
    raise typer.Exit(report.exit_code)
