"""How counters stand at moments of a test, and how they should."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import UNSET

from headgate.limits.listing import position
from headgate.limits.operations import ListCounters, Listed, Look, Looked, Standing
from headgate.model.clock import SECOND
from headgate.policy.token_rules import spelt
from headgate.rehearsal.expectations import Difference, subset
from headgate.rehearsal.script import CounterForm
from headgate.rehearsal.timeline import Turns, micros
from headgate.rehearsal.world import World

AMOUNTS = ("used", "held", "remaining", "limit")


class Standings:
    """The counters that a test asks about, looked at when it wants to know."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._seen: list[list[Standing] | None] = [None] * len(world.script.counters)
        for index, form in enumerate(world.script.counters):
            if form.at is not None:
                world.timeline.at(world.timeline.start + micros(form.at), self._look(index))

    def differences(self) -> Iterator[Difference]:
        """Yield what is not as expected, when everything has ended."""
        for index, form in enumerate(self._world.script.counters):
            found = self._seen[index]
            if found is None:
                found = standings(self._world, form)
            yield from compared(form, found, index=index)

    def _look(self, index: int) -> Turns[None]:
        self._seen[index] = standings(self._world, self._world.script.counters[index])
        yield from ()


def standings(world: World, form: CounterForm) -> list[Standing]:
    """Return how those counters stand that a test means."""
    listed = world.store.apply(ListCounters())
    assert isinstance(listed, Listed)
    named = tuple(
        (kind, extent, key)
        for kind, extent, key in sorted(listed.counters, key=position)
        if key == form.key
        and form.kind in (None, kind)
        and form.per in (None, extent / SECOND if isinstance(extent, int) else extent)
    )
    looked = world.store.apply(Look(named))
    assert isinstance(looked, Looked)
    return list(looked.standings)


def compared(form: CounterForm, found: list[Standing], *, index: int) -> Iterator[Difference]:
    """Yield how a counter differs from what is expected of it."""
    path = ("counters", index)
    if len(found) != 1:
        came = ", ".join(map(name_of, found)) or "nothing"
        yield Difference(path, f"one counter of the key {form.key!r}", came)
        return
    (standing,) = found
    for name in AMOUNTS:
        wanted = getattr(form, name)
        if wanted is not UNSET:
            amount = amount_of(standing, getattr(standing, name))
            yield from subset(wanted, amount, path=(*path, name))


def amount_of(standing: Standing, amount: int | None) -> Any:
    """Return an amount as tests write it: money as text, in units of the currency."""
    return spelt(amount) if standing.counter[0] == "cost" and amount is not None else amount


def name_of(standing: Standing) -> str:
    """Return what tells a counter from others of its key."""
    kind, extent, _ = standing.counter
    return f"{kind} per {f'{extent / SECOND:g}' if isinstance(extent, int) else extent}"
