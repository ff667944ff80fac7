"""Deliberate mistakes in the real code, one at a time: each has to be caught by some seed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from headgate.limits import ledger, reservation, window
from headgate.limits.counters import Counters
from headgate.limits.operations import Refused, Release, Reserve
from headgate.limits.reservation import Entry, Reservation
from headgate.model.clock import SECOND, Micros
from headgate.model.usage import TokenUsage
from headgate.policy import settling
from headgate.policy.effects import Steps
from headgate.stores.memory import MemoryCounterStore

Patch = pytest.MonkeyPatch


def refund_to_the_current_slot(patch: Patch) -> None:
    """What is given back opens the newest slot instead of the one that was charged."""

    def refund(self: Entry, amount: int) -> None:
        self.charged -= amount
        self.counter.refund(self.counter.place, amount, made=amount)

    patch.setattr(Entry, "refund", refund)


def debt_dropped(patch: Patch) -> None:
    """What a call used beyond its charge is forgotten."""
    real = Entry.end

    def end(self: Entry, actual: int) -> None:
        real(self, min(actual, self.charged))

    patch.setattr(Entry, "end", end)


def double_settlement(patch: Patch) -> None:
    """A settled reservation stays on the books."""

    def close(self: Counters, reservation_id: str) -> Reservation | None:
        return self.reservations.get(reservation_id)

    patch.setattr(Counters, "close", close)


def hold_kept_after_a_second_refusal(patch: Patch) -> None:
    """The ledger gives back the charge of a call that another limit refused, not its hold."""
    real = ledger.apply

    def apply(state: Counters, operation: Any, *, now: Micros) -> Any:
        kept = state.reservations.get(operation.id) if isinstance(operation, Release) else None
        held = [] if kept is None else [(one, one.held) for one in kept.entries.values()]
        decision = real(state, operation, now=now)
        for entry, amount in held:
            entry.hold(amount)
        return decision

    patch.setattr("headgate.stores.memory.apply", apply)


def nothing_taken_back(patch: Patch) -> None:
    """The exchange forgets to take back what earlier limits charged and held."""

    def take_back(context: Any) -> Steps[None]:
        yield from ()

    patch.setattr(settling, "take_back", take_back)


def expiry_charging_nothing(patch: Patch) -> None:
    """A hold that expires gives back what was charged, as if nothing had passed."""
    real = Counters._expire

    def expire(self: Counters, name: str, one: Reservation, *, now: Micros) -> None:
        if not one.expired:
            for entry in one.entries.values():
                entry.counter.roll(now)
                entry.refund(entry.charged)
        real(self, name, one, now=now)

    patch.setattr(Counters, "_expire", expire)


def sixty_slots(patch: Patch) -> None:
    """A window of 60 slots lets a charge go up to one slot too early."""
    patch.setattr(window, "SLOTS", 60)
    patch.setattr(reservation, "SLOTS", 60)


def wait_rounded_down(patch: Patch) -> None:
    """`Retry-After` in whole seconds, rounded down."""

    def retry_after(self: Refused) -> int | None:
        return None if self.wait is None else max(1, self.wait // SECOND)

    patch.setattr(Refused, "retry_after", property(retry_after))


def refusal_that_charges(patch: Patch) -> None:
    """A refused call is charged its prompt under the first limit that was asked."""
    real = ledger._refusal

    def refusal(state: Counters, operation: Reserve, *, asked: Any) -> Refused:
        refused = real(state, operation, asked=asked)
        asked[0].counter.charge(operation.prompt)
        return refused

    patch.setattr(ledger, "_refusal", refusal)


def batch_that_leaves_the_hold(patch: Patch) -> None:
    """What passes of a stream is charged and stays held as well."""
    real = ledger._seen

    def seen(state: Counters, operation: Any) -> Any:
        one = state.reservations.get(operation.id)
        held = [] if one is None else [(entry, entry.held) for entry in one.entries.values()]
        done = real(state, operation)
        for entry, amount in held:
            entry.hold(amount)
        return done

    patch.setattr(ledger, "_seen", seen)


def aborted_stream_is_free(patch: Patch) -> None:
    """A stream that the client left is charged its prompt alone."""
    real = settling.stream_usage

    def stream_usage(account: Any, tap: Any) -> Steps[Any]:
        usage = yield from real(account, tap)
        if not usage.reported:
            return TokenUsage(input_tokens=account.prompt, reported=False)
        return usage

    patch.setattr(settling, "stream_usage", stream_usage)


def quota_lost_over_a_restart(patch: Patch) -> None:
    """A new process begins with empty quotas."""

    def import_quotas(self: MemoryCounterStore, usages: Any) -> None:
        """Take up nothing."""

    patch.setattr(MemoryCounterStore, "import_quotas", import_quotas)


MUTATIONS: tuple[Callable[[Patch], None], ...] = (
    refund_to_the_current_slot,
    debt_dropped,
    double_settlement,
    hold_kept_after_a_second_refusal,
    nothing_taken_back,
    expiry_charging_nothing,
    sixty_slots,
    wait_rounded_down,
    refusal_that_charges,
    batch_that_leaves_the_hold,
    aborted_stream_is_free,
    quota_lost_over_a_restart,
)
