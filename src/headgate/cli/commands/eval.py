"""`headgate eval`: try an expression without deploying it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from random import SystemRandom
from typing import Annotated, Any

import typer

from headgate.rehearsal.expression_answer import Json, answer
from headgate.rehearsal.expression_context import FixtureError, context_of

NAMED = "--variable"


class Format(Enum):
    """How an answer is printed."""

    TEXT = "text"
    JSON = "json"


def command(
    expression: Annotated[
        str | None,
        typer.Argument(help="The expression, @(...) or @{...}; `-` reads it from stdin."),
    ] = None,
    *,
    context: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The call, as JSON (docs/expressions.md).")
    ] = None,
    variable: Annotated[
        list[str] | None,
        typer.Option(NAMED, metavar="NAME[:TYPE]=VALUE", help="A variable; may be repeated."),
    ] = None,
    cases: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Evaluate each line of a JSON-lines file.")
    ] = None,
    format: Annotated[Format, typer.Option(help="Output of a single expression.")] = Format.TEXT,
) -> None:
    """Evaluate an expression for a call, and print type, value and text, or the exception.

    Exit codes: 0 a value (of --cases: an answer for each), 1 an exception or no valid expression,
    2 the command line, the fixture or the file of cases is wrong.
    """
    if (expression is None) == (cases is None):
        raise typer.BadParameter("give an expression, or --cases FILE", param_hint="EXPRESSION")
    try:
        fixture = _fixture(context)
        fixture["variables"] = fixture.get("variables", {}) | dict(map(_variable, variable or ()))
        if cases is not None:
            for line in _answers(cases, fixture):
                typer.echo(line)
            return
        source = typer.get_text_stream("stdin").read() if expression == "-" else expression or ""
        found = _answer(source.strip(), fixture)
    except FixtureError as problem:
        raise _stop(str(problem)) from None
    if format is Format.JSON:
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        typer.echo("\n".join(lines(found)))
    raise typer.Exit(1 if "compile_error" in found or "exception" in found else 0)


def lines(found: dict[str, Json]) -> Iterator[str]:
    """Yield the lines that tell an answer to people."""
    if "compile_error" in found:
        for problem in found["compile_error"].splitlines():
            yield f"error      {problem}"
        return
    if "exception" in found:
        yield f"exception  {found['exception']['type']}: {found['exception']['message']}"
    else:
        yield f"type       {found['type'] or 'null'}"
        value = json.dumps(found["value"], ensure_ascii=False)
        yield f"value      {value}"
        if found["string"] is not None:
            yield "text       " + found["string"].replace("\n", "\n           ")
    if "bodies_consumed" in found:
        yield f"consumed   the body of the {' and of the '.join(found['bodies_consumed'])}"
    for message in found.get("traces", ()):
        yield f"trace      {message}"


def _answer(source: str, fixture: dict[str, Any]) -> dict[str, Json]:
    return answer(source, context_of(fixture, entropy=SystemRandom()))


def _answers(path: Path, fixture: dict[str, Any]) -> Iterator[str]:
    """Yield the answer of each case. Raises FixtureError with the line's number."""
    for number, line in enumerate(_read(path).splitlines(), 1):
        if not line.strip():
            continue
        try:
            case = _object(line, "a case")
            if not isinstance(case.get("expression"), str):
                raise FixtureError("a case needs an `expression`")
            changes = fixture | _object_at(case, "context")
            found = _answer(case["expression"], changes)
        except FixtureError as problem:
            raise FixtureError(f"{path}:{number}: {problem}") from None
        yield json.dumps({"id": case.get("id", number)} | found, ensure_ascii=False)


def _fixture(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        return dict(_object(_read(path), "a fixture"))
    except FixtureError as problem:
        raise FixtureError(f"{path}: {problem}") from None


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        raise FixtureError(f"{path} cannot be read: {error}") from None


def _object(text: str, what: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FixtureError(f"this is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise FixtureError(f"{what} is a JSON object")
    return found


def _object_at(case: dict[str, Any], name: str) -> dict[str, Any]:
    found = case.get(name, {})
    if not isinstance(found, dict):
        raise FixtureError(f"`{name}` is a JSON object")
    return found


def _variable(given: str) -> tuple[str, dict[str, str]]:
    """Return the name of a variable of the command line, and what a fixture says of it."""
    head, equals, value = given.partition("=")
    name, _, kind = head.partition(":")
    if not equals or not name:
        raise typer.BadParameter(f"not NAME=VALUE: {given!r}", param_hint=NAMED)
    return name, {"type": kind or "string", "value": value}


def _stop(message: str) -> typer.Exit:
    typer.echo(f"headgate: {message}", err=True)
    return typer.Exit(2)
