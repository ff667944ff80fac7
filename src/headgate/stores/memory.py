"""Counters in the memory of one process."""

from __future__ import annotations

from collections.abc import Iterable

from headgate.limits.counters import KEYS_MAX, Counters, Throttling
from headgate.limits.ledger import apply
from headgate.limits.operations import Decision, Operation
from headgate.limits.quota import QuotaUsage
from headgate.model.clock import Clock, Micros


class MemoryCounterStore:
    """Counters of one gateway process, gone when it ends. Calls `limits` directly.

    Its time is the wall clock's, except that it never goes back. After the wall clock was set back
    by an operator or NTP, time passes at half the pace of the monotonic clock until both agree: no
    window closes early, and no limit stands still for as long as the clock was wrong.
    """

    __slots__ = ("_behind_since", "_clock", "_counters", "_latest")

    def __init__(
        self,
        clock: Clock,
        *,
        keys_max: int = KEYS_MAX,
        archived: bool = False,
        throttling: Throttling = "sliding-window",
    ) -> None:
        """Begin empty. `archived` says that `changed_quotas` is asked for about every second."""
        self._clock = clock
        self._counters = Counters(keys_max=keys_max, archived=archived, throttling=throttling)
        self._latest = clock.now()
        self._behind_since: tuple[int, int] | None = None
        """The store's time and the monotonic time when the wall clock was found to be behind."""

    def apply(self, operation: Operation) -> Decision:
        """Perform one operation now."""
        now = self._clock.now()
        if now < self._latest:
            now = self._slowed()
        else:
            self._behind_since = None
        self._latest = now
        return apply(self._counters, operation, now=now)

    def _slowed(self) -> Micros:
        monotonic = self._clock.monotonic()
        if self._behind_since is None:
            self._behind_since = (self._latest, monotonic)
        began, monotonic_began = self._behind_since
        return Micros(began + (monotonic - monotonic_began) // 2)

    def export_quotas(self) -> tuple[QuotaUsage, ...]:
        """Return what the quotas of current periods have used; what a restart must not forget."""
        return self._counters.quotas()

    def changed_quotas(self) -> tuple[QuotaUsage, ...]:
        """Return the quotas that changed since this was last asked."""
        return self._counters.quotas_changed()

    def import_quotas(self, usages: Iterable[QuotaUsage]) -> None:
        """Take up what quotas had used; what belongs to a period that is over is passed by.

        Raises CountersFull.
        """
        self._counters.restore(usages, self._clock.now())

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
