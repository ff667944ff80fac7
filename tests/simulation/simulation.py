"""Runs seeds: a scenario, its world and the checker; says what went wrong and how to repeat it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.simulation.checker import Broken, Checker
from tests.simulation.recorder import Event
from tests.simulation.scenario import scenario
from tests.simulation.world import World

LAST_EVENTS = 12
"""Events of the same call or counter that are told of a failure."""


@dataclass(frozen=True)
class Result:
    """What came of one seed."""

    seed: int
    events: int
    digest: str
    tally: dict[str, int]
    failure: str = ""
    invariant: str = ""


def run(seed: int) -> Result:
    """Run one seed and check it after every event."""
    checker = Checker()
    world = World(scenario(seed), checker.check)
    recorder, failure, invariant = world.recorder, "", ""
    try:
        world.run()
    except Broken as broken:
        failure = told(seed, broken, recorder.events)
        invariant = broken.invariant
    return Result(
        seed, len(recorder.events), recorder.digest(), dict(checker.tally), failure, invariant
    )


def told(seed: int, broken: Broken, events: list[Event]) -> str:
    """Return a failure as text: seed, event, invariant, both numbers and the last events."""
    last = events[-1]
    names = {str(last.get("id", "")), str(broken.about)} - {""}
    related = [event for event in events if concerns(event, names)]
    lines = [
        f"seed {seed}, event {last['n']} ({last['kind']}): {broken}",
        f"repeat it: make sim SEED={seed}",
        *(shown(event) for event in related[-LAST_EVENTS:]),
    ]
    return "\n".join(lines)


def concerns(event: Event, names: set[str]) -> bool:
    """Say whether an event is about a call or touches a counter."""
    if event.get("id", "") in names:
        return True
    counters = [str(counter) for counter, _ in event.get("rules", ())]
    seen = [call for call, _ in event.get("seen", ())]
    return any(name in names for name in (*counters, *seen))


def shown(event: Event) -> str:
    """Return one event as a line."""
    rest = {k: v for k, v in event.items() if k not in ("n", "kind", "wall", "mono", "levels")}
    seconds = event["mono"] / 1_000_000
    counters = {str(counter) for counter, _ in event.get("rules", ())}
    levels = {c: n for c, n in event.get("levels", {}).items() if str(c) in counters}
    if levels:
        rest["levels"] = levels
    return f"  {event['n']:5} {seconds:9.3f}s {event['kind']:9} {rest}"
