"""The gateway under virtual time: an event heap, one store, and what happens to all calls."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any

from headgate.exchange.snapshot import Snapshot
from headgate.limits.operations import Progress, Reset, Seen
from headgate.limits.quota import QuotaUsage
from headgate.model.clock import SECOND
from headgate.model.entities import Deployment
from headgate.model.messages import Url
from headgate.policy.backends import Backends
from headgate.policy.metering import Learned, TokenTerms
from headgate.routing.router import Router
from headgate.testing.snapshots import OpenDoor
from headgate.testing.virtual_clock import START, VirtualClock
from tests.simulation.recorder import Event, Recorder
from tests.simulation.scenario import Asked, Happening, Scenario, Settings, apis, compiled
from tests.simulation.served import Drained, Served, Turns

TICK = 1.0
"""Seconds between two batches of what streams have seen."""
SAVING = 0.5
"""Seconds between two writes of the quotas that changed."""
CALM = 2 * 3_600
"""Seconds after the last call in which holds expire and windows empty."""
BACK, FORWARD = -25, 70
"""Seconds by which the wall clock is set."""
APIS = apis()


class World:
    """One run of one scenario."""

    def __init__(self, scenario: Scenario, check: Callable[[Event], None]) -> None:
        self.scenario = scenario
        # Some runs cross the end of an hour, and so of a quota's period.
        turn = 3_600 - (60 + 97 * (scenario.seed % 37))
        self.clock = VirtualClock(type(START)(START + turn * SECOND))
        self.recorder = Recorder(self.clock, check, throttling=scenario.throttling)
        self.learned = Learned()
        self.snapshot = self.snapshot_of(0)
        self.live: dict[str, Served] = {}
        """Calls on their way, by id."""
        self._agenda: list[tuple[int, int, int, Turns[None]]] = []
        self._turn = 0
        self._life = 0
        """Counts the restarts: what an earlier process was about to do is not done."""
        self._archive: dict[Any, QuotaUsage] = {}
        self._reloads = 0
        self._ids = 0

    def run(self) -> None:
        """Run the scenario to its end: all calls over, all holds expired, all windows empty."""
        scenario, clock = self.scenario, self.clock
        self.recorder.begin()
        for asked in scenario.calls:
            self.start(self.arrive(asked), after=asked.at, life=-1)
        for at, what in scenario.happenings:
            self.start(self.happen(what), after=at, life=-1)
        self.start(self.probe(), after=1.0, life=-1)
        self.start(self.tick(), after=TICK, life=-1)
        self.start(self.save(), after=SAVING, life=-1)
        while self._agenda:
            at, _, life, process = heapq.heappop(self._agenda)
            if life not in (-1, self._life):
                process.close()
                continue
            clock.advance(at - clock.monotonic())
            self._resume(process, life)
        clock.advance(CALM * SECOND)
        self.recorder.note("end", levels=True)

    def start(self, process: Turns[None], *, after: float, life: int | None = None) -> None:
        """Run a process after so many seconds, if this life of the gateway lasts so long.

        A life of -1 is that of the world around the gateway.
        """
        self._push(process, round(after * SECOND), self._life if life is None else life)

    def _push(self, process: Turns[None], pause: int, life: int) -> None:
        self._turn += 1
        at = self.clock.monotonic() + pause
        heapq.heappush(self._agenda, (at, self._turn, life, process))

    def _resume(self, process: Turns[None], life: int) -> None:
        pause = next(process, None)
        if pause is not None:
            self._push(process, pause, life)

    # Calls.

    def arrive(self, asked: Asked) -> Turns[None]:
        """Begin a call."""
        self.serve(asked)
        yield from ()

    def serve(self, asked: Asked) -> Served:
        """Begin a call and return it."""
        self._ids += 1
        served = Served(self, asked, f"{asked.caller}{self._ids}")
        self._resume(served.serve(), self._life)
        return served

    def probe(self) -> Turns[None]:
        """A caller alone on its key: calls until it is refused, then tries what it was told.

        One second before `Retry-After` is over it has to be refused, at its end admitted (I6).
        """
        lone = Asked("lone", "solo", 0, 150, False, 700, 1, "none", 0)
        for _ in range(self.scenario.lone_calls):
            served = self.serve(lone)
            while served.id in self.live:
                yield SECOND
            wait = served.retry_after
            if wait is None or wait > 200:
                yield SECOND
                continue
            yield (wait - 1) * SECOND
            self.serve(lone)
            yield SECOND

    # The gateway's own work.

    def tick(self) -> Turns[None]:
        """Say once a second what all streams have seen."""
        while self.busy():
            seen = [
                found
                for served in self.live.values()
                if served.streaming and (found := served.call.progress()) is not None
            ]
            if seen:
                self.recorder.apply(Progress(tuple(seen)))
            yield round(TICK * SECOND)

    def progress(self, seen: Seen) -> Progress:
        """Return a batch of one."""
        return Progress((seen,))

    def save(self) -> Turns[None]:
        """Write the quotas that changed."""
        while self.busy():
            self.write()
            yield round(SAVING * SECOND)

    def write(self) -> None:
        """Keep what changed of the quotas."""
        changed = self.recorder.store.changed_quotas()
        if changed:
            self._archive.update((usage.counter, usage) for usage in changed)
            quotas = [(usage.counter, int(usage.begin), usage.used) for usage in changed]
            self.recorder.note("saved", quotas=quotas)

    def busy(self) -> bool:
        """Say whether any call is on its way or still to come."""
        return bool(self.live) or self.clock.monotonic() < self.scenario.length * SECOND

    # Faults of the whole gateway.

    def happen(self, what: Happening) -> Turns[None]:
        """Let something happen."""
        self.recorder.note("fault", what=what)
        if what == "reload":
            self._reloads += 1
            self.snapshot = self.snapshot_of(self._reloads)
        elif what == "clock back":
            self.clock.step(BACK * SECOND)
        elif what == "clock forward":
            self.clock.step(FORWARD * SECOND)
        elif what == "reset":
            self.recorder.apply(Reset(("tokens", 60 * SECOND, "a")))
        else:
            self.restart(graceful=what == "restart")
        yield from ()

    def restart(self, *, graceful: bool) -> None:
        """End the process and begin a new one: what is in memory is gone, calls included."""
        if graceful:
            mine = [entry for entry in self._agenda if entry[2] == self._life]
            for _, _, _, process in sorted(mine):
                self._drain(process)
            self.write()
        self._life += 1
        self.live.clear()
        self.recorder.begin(self._archive.values(), graceful=graceful)

    def _drain(self, process: Turns[None]) -> None:
        """Cut a call off; what it still has to wait for takes no time."""
        try:
            process.throw(Drained)
            while True:
                next(process)
        except (StopIteration, Drained):
            pass

    def snapshot_of(self, number: int) -> Snapshot:
        """Return the service as one of the scenario's settings has it."""
        settings: Settings = self.scenario.settings[number]
        made = compiled(settings.shared, settings.solo)
        return Snapshot(
            number=number + 1,
            router=Router(APIS),
            doorkeeper=OpenDoor(),
            plans=made.plans,
            unrouted=made.unrouted,
            service_urls={api.id: Url.parse("http://llm.example") for api in APIS},
            users={},
            deployment=Deployment(),
            terms=TokenTerms(
                admission=settings.admission,
                overrun=settings.overrun,
                hold_lifetime=settings.hold_lifetime * SECOND,
                learned=self.learned,
            ),
            backends=Backends(),
        )
