"""`headgate test`: run the tests of policies that are kept next to them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from headgate.cli.assembly import assemble
from headgate.rehearsal.reading import Mistake, find, read_tests
from headgate.rehearsal.report import Report
from headgate.rehearsal.suite import Suite, Verdict


def command(
    paths: Annotated[list[Path], typer.Argument(help="Test files, or folders that hold some.")],
    *,
    keyword: Annotated[
        str,
        typer.Option("-k", metavar="TEXT", help="Only tests that have this in their file or name."),
    ] = "",
    coverage_min: Annotated[
        int | None,
        typer.Option(min=0, max=100, help="Fail if less of the documents ran, in percent."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    junit: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the report for a build server.")
    ] = None,
) -> None:
    """Run the tests of policies, offline and in virtual time, with the engine that serves."""
    for path in paths:
        if not path.exists():
            raise typer.BadParameter(f"no such file or folder: {path}", param_hint="PATHS")
    suite = Suite(assemble)
    verdicts: list[Verdict] = []
    mistakes: list[Mistake] = []
    for file in dict.fromkeys(file for path in paths for file in find(path)):
        trials = read_tests(file)
        if isinstance(trials, Mistake):
            mistakes.append(trials)
            continue
        verdicts += [
            suite.run(trial)
            for trial in trials
            if keyword.lower() in f"{trial.file} {trial.name}".lower()
        ]
    report = Report(
        verdicts=verdicts,
        mistakes=mistakes,
        covered=suite.covered(),
        coverage_min=coverage_min,
    )
    if junit is not None:
        junit.write_text(report.to_junit(), "utf-8")
    typer.echo(report.to_json() if json else report.to_text())
    raise typer.Exit(report.exit_code)
