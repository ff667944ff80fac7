"""Circuit breakers: a backend that fails too often is left alone for a while (apim.md 6.2).

A breaker is closed, open or half-open. Azure's resets when its time is over, so that the next calls
all meet a backend that may still be down; here one call goes on trial first, and its outcome closes
the breaker or opens it for another period. Time is monotonic, in microseconds.
"""

from __future__ import annotations

from collections import deque
from typing import Literal

import msgspec

from headgate.model.clock import SECOND, MonotonicMicros
from headgate.model.entities import CircuitBreaker

SLOTS = 60
"""Parts of an interval: a failure is forgotten up to a sixtieth of the interval too early."""

CALLS_MIN = 10
"""Calls within the interval below which a percentage says nothing: the first failure after a quiet
time would otherwise be all of the calls."""

TRIAL_WAIT = SECOND
"""How long callers are told to wait for the outcome of a trial, which nobody knows."""

SERVER_ERRORS = "server errors"
"""The error reason of Microsoft's examples: any status from 500 on, answered or not."""

REASONS = frozenset({SERVER_ERRORS, "timeout", "backendconnectionfailure"})
"""The error reasons that calls can have; rules may list others, which are free text in Azure."""


class Outcome(msgspec.Struct, frozen=True):
    """What became of one call."""

    status: int
    """Of the answer; without one, what the caller is told: 502 or 504."""
    reason: str = ""
    """Why there was no answer, as `context.LastError.Reason` says it; empty where there was one."""
    retry_after: int | None = None
    """Microseconds that the backend asked to be left alone."""


class Sample:
    """The calls and failures of the latest interval."""

    __slots__ = ("_slots", "_width", "calls", "failures")

    def __init__(self, interval: int) -> None:
        self._width = max(1, interval // SLOTS)
        self._slots: deque[list[int]] = deque()
        """Number of the slot, calls, failures."""
        self.calls = 0
        self.failures = 0

    def add(self, now: MonotonicMicros, *, failed: bool) -> None:
        """Count a call that ended now, and forget those that are too old."""
        number = now // self._width
        slots = self._slots
        while slots and slots[0][0] <= number - SLOTS:
            _, calls, failures = slots.popleft()
            self.calls -= calls
            self.failures -= failures
        if not slots or slots[-1][0] != number:
            slots.append([number, 0, 0])
        slots[-1][1] += 1
        slots[-1][2] += failed
        self.calls += 1
        self.failures += failed


class Breaker:
    """The state of one backend's breaker in this process."""

    __slots__ = ("_on_trial", "_sample", "_until", "rule")

    def __init__(self, rule: CircuitBreaker) -> None:
        self.rule = rule
        self._sample = Sample(rule.interval)
        self._until: int | None = None
        """When it may be tried again; None while it is closed."""
        self._on_trial = False

    def state(self, now: MonotonicMicros) -> Literal["closed", "open", "half-open"]:
        """Return what it is now."""
        if self._until is None:
            return "closed"
        return "open" if now < self._until else "half-open"

    def wait(self, now: MonotonicMicros) -> int:
        """Return how long until it lets a call through; 0: now."""
        if self._until is None:
            return 0
        if now < self._until:
            return self._until - now
        return TRIAL_WAIT if self._on_trial else 0

    def begin(self) -> bool:
        """Let a call through, for which `wait` is 0. Return whether it goes on trial."""
        self._on_trial = self._until is not None
        return self._on_trial

    def withdraw(self, *, trial: bool) -> None:
        """Note that a call ended of which nothing can be told: another one may go on trial."""
        if trial:
            self._on_trial = False

    def report(self, outcome: Outcome, now: MonotonicMicros, *, trial: bool) -> int | None:
        """Note what became of a call.

        Return for how long the breaker opened by it, 0 if it closed, None if it stays as it is.
        What began before it opened and ends later changes nothing.
        """
        failed = self.fails(outcome)
        if trial:
            self._on_trial = False
            if failed:
                return self._open(outcome, now)
            self._until = None
            return 0
        if self._until is not None:
            return None
        self._sample.add(now, failed=failed)
        return self._open(outcome, now) if failed and self._trips() else None

    def fails(self, outcome: Outcome) -> bool:
        """Tell whether an outcome is a failure by the rule."""
        rule, status = self.rule, outcome.status
        if any(first <= status <= last for first, last in rule.statuses):
            return True
        if SERVER_ERRORS in rule.reasons and status >= 500:
            return True
        return outcome.reason.lower() in rule.reasons

    def _trips(self) -> bool:
        sample, rule = self._sample, self.rule
        if rule.count is not None:
            return sample.failures >= rule.count
        assert rule.percentage is not None, "a rule counts failures or their share"
        share = sample.failures * 100 >= rule.percentage * sample.calls
        return share and sample.calls >= CALLS_MIN

    def _open(self, outcome: Outcome, now: MonotonicMicros) -> int:
        """Open, and begin anew with counting."""
        duration = self.rule.trip_duration
        if self.rule.accept_retry_after and outcome.retry_after:
            duration = outcome.retry_after
        self._until = now + duration
        self._sample = Sample(self.rule.interval)
        return duration
