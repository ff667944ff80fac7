"""Runs the tests of files: each in a world of its own, with the engine that serves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec import UNSET

from headgate.exchange.snapshot import Snapshot
from headgate.model.diagnostic import Diagnostic
from headgate.model.entities import Service
from headgate.policy.instrument import Instrument
from headgate.rehearsal.calls import schedule
from headgate.rehearsal.coverage import Coverage, Covered
from headgate.rehearsal.expectations import Difference, Keys, differences
from headgate.rehearsal.fixture import SUBSCRIPTION
from headgate.rehearsal.outcome import Outcome
from headgate.rehearsal.reading import Trial
from headgate.rehearsal.standings import Standings
from headgate.rehearsal.subject import Obstacle, Subject, check, stands_alone, subject_of, told
from headgate.rehearsal.world import World
from headgate.settings.gateway import GatewaySettings

Make = Callable[[], Snapshot]


class Assemble(Protocol):
    """Compiles a service as `serve` does; `cli` knows how."""

    def __call__(
        self, service: Service, settings: GatewaySettings, *, instrument: Instrument | None
    ) -> tuple[Make | None, list[Diagnostic]]:
        """Return what makes fresh snapshots, or None, and what was found."""
        ...


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One expectation that was not met."""

    line: int
    column: int
    what: str
    """Whose and which: `request 2, headers.retry-after`."""
    wanted: str
    came: str
    answered: str = ""
    """What made the answer: the element and its place, or the backend."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one test."""

    file: str
    name: str
    line: int
    findings: tuple[Finding, ...] = ()
    mistakes: tuple[str, ...] = ()
    """Why it could not be run."""

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.findings and not self.mistakes


class Suite:
    """All tests of one run, and what of the documents they have run so far."""

    def __init__(self, assemble: Assemble) -> None:
        self._assemble = assemble
        self._coverage = Coverage()
        self._services: dict[object, tuple[Subject, Make]] = {}
        """Services that were compiled, by what makes them differ."""

    def covered(self) -> list[Covered]:
        """Return how much of each document has run."""
        return self._coverage.summed()

    def run(self, trial: Trial) -> Verdict:
        """Run one test."""
        line, _ = trial.position(())
        verdict = Verdict(file=str(trial.file), name=trial.name, line=line)
        try:
            subject, make = self._prepared(trial)
        except Obstacle as obstacle:
            mistakes = placed(trial, obstacle)
            return msgspec.structs.replace(verdict, mistakes=mistakes)
        script = trial.script
        if script.subscription is UNSET and not subject.is_folder:
            script = msgspec.structs.replace(script, subscription=SUBSCRIPTION)
        world = World(script, subject.service, snapshot=make())
        outcomes, standings = schedule(world), Standings(world)
        world.timeline.run()
        found = [*unmet(trial, outcomes, folder=subject.folder)]
        for difference in standings.differences():
            found.append(finding(trial, difference, path=difference.path, whose=""))
        return msgspec.structs.replace(verdict, findings=tuple(found))

    def _prepared(self, trial: Trial) -> tuple[Subject, Make]:
        """Return what a test is about, compiled. Raises Obstacle."""
        script = trial.script
        key = (trial.file.parent, repr(script.named_values), repr(script.settings))
        known = None if stands_alone(script) else self._services.get(key)
        if known is None:
            subject = subject_of(trial)
            watcher = self._coverage.watch(subject.folder)
            make, found = self._assemble(subject.service, subject.settings, instrument=watcher)
            if make is None:
                raise Obstacle(*told(subject.folder, found))
            known = (subject, make)
        subject, make = known
        if subject.is_folder:
            check(trial, subject)
            self._services[key] = known
        return known


def placed(trial: Trial, obstacle: Obstacle) -> tuple[str, ...]:
    """Return why a test cannot be run; what is wrong with itself has its place."""
    if not obstacle.path:
        return obstacle.mistakes
    line, column = trial.position(obstacle.path)
    return tuple(f"{trial.file}:{line}:{column} {text}" for text in obstacle.mistakes)


def unmet(trial: Trial, outcomes: Iterable[Outcome], *, folder: Path) -> Iterator[Finding]:
    """Yield the expectations of requests that were not met."""
    for outcome in outcomes:
        whose = f"request {outcome.request + 1}"
        if trial.script.requests[outcome.request].times > 1:
            whose += f", time {outcome.turn + 1}"
        begin = trial.path_of_expected(outcome.request)
        for difference in differences(trial.expected(outcome.request), outcome):
            path = (*begin, *difference.path)
            made = finding(trial, difference, path=path, whose=whose)
            answered = answered_by(outcome, folder)
            yield msgspec.structs.replace(made, answered=answered)


def finding(trial: Trial, difference: Difference, *, path: Keys, whose: str) -> Finding:
    """Return a difference as a finding at its place."""
    line, column = trial.position(path)
    what = ".".join(map(str, difference.path))
    return Finding(
        line=line,
        column=column,
        what=", ".join(filter(None, (whose, what))),
        wanted=difference.wanted,
        came=difference.came,
    )


def answered_by(outcome: Outcome, folder: Path) -> str:
    """Return what made an answer: the element and its place, or the backend."""
    where = outcome.answered
    if where is not None:
        element = where.path.rpartition("/")[2].partition("[")[0]
        file = folder / where.file
        return f"{element} in {where.section}, {file}:{where.line}:{where.column}"
    return f"backend {outcome.sent[-1].backend}" if outcome.sent else ""
