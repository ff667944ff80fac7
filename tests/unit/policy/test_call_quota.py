"""Quotas asked and charged against a real counter store."""

from __future__ import annotations

from typing import Any

import pytest

from headgate.limits.calendar import LIFETIME
from headgate.limits.operations import Full, Level, QuotaRule, Read
from headgate.model.clock import SECOND, Micros
from headgate.model.context import Context
from headgate.model.errors import CallError
from headgate.policy.call_quota import admit, charge, charge_bytes, period_of, quota_rules, refusal
from headgate.policy.effects import Apply, Steps
from headgate.stores.memory import MemoryCounterStore
from headgate.testing.playbook import make_context
from headgate.testing.virtual_clock import VirtualClock

HOUR = period_of(3600, Micros(0))


def drive(store: MemoryCounterStore, steps: Steps[None]) -> None:
    reply: Any = None
    while True:
        try:
            effect = steps.send(reply)
        except StopIteration:
            return
        assert isinstance(effect, Apply)
        reply = store.apply(effect.operation)


class World:
    def __init__(self) -> None:
        self.store = MemoryCounterStore(VirtualClock())

    def admit(self, context: Context, *rules: QuotaRule, counts: bool = True) -> None:
        drive(self.store, admit(context, list(rules), source="quota", counts=counts))

    def used(self, rule: QuotaRule) -> int:
        level = self.store.apply(Read(rule.counter))
        assert isinstance(level, Level)
        return level.used


def calls(limit: int, key: str = "k") -> QuotaRule:
    return QuotaRule(key, limit, HOUR, kind="calls")


def kilobytes(limit: int, key: str = "k") -> QuotaRule:
    (rule,) = quota_rules(key, HOUR, calls=None, bandwidth=limit)
    return rule


def test_rules_ask_for_bytes_first_and_count_kilobytes_of_1024() -> None:
    assert quota_rules("k", HOUR, calls=3, bandwidth=2) == [
        QuotaRule("k", 2048, HOUR, kind="bytes"),
        QuotaRule("k", 3, HOUR, kind="calls"),
    ]


def test_a_period_of_nothing_is_a_lifetime() -> None:
    assert period_of(0, Micros(5 * SECOND)) == LIFETIME


def test_calls_are_let_through_up_to_the_quota() -> None:
    world = World()
    world.admit(make_context(), calls(2))
    world.admit(make_context(), calls(2))
    with pytest.raises(CallError) as raised:
        world.admit(make_context(), calls(2))
    assert (raised.value.status, raised.value.reason) == (403, "QuotaExceeded")
    assert world.used(calls(2)) == 2


def test_a_call_that_one_rule_refuses_is_counted_by_none() -> None:
    world = World()
    rules = (calls(5, "narrow"), calls(1, "wide"))
    world.admit(make_context(), *rules)
    for order in (rules, rules[::-1]):
        with pytest.raises(CallError):
            world.admit(make_context(), *order)
    assert [world.used(rule) for rule in rules] == [1, 1]


def test_one_call_is_counted_once_under_a_key_and_not_in_its_own_way() -> None:
    world, context = World(), make_context()
    world.admit(context, calls(1))
    world.admit(context, calls(1))
    assert world.used(calls(1)) == 1


def test_a_lower_quota_on_the_same_key_holds_all_the_same() -> None:
    world = World()
    world.admit(make_context(), calls(9))
    context = make_context()
    world.admit(context, calls(9))
    with pytest.raises(CallError):
        world.admit(context, calls(1))


def test_bytes_are_charged_when_the_call_has_ended() -> None:
    world, context = World(), make_context()
    world.admit(context, kilobytes(1), calls(9))
    world.admit(context, kilobytes(1), calls(9))
    assert world.used(kilobytes(1)) == 0
    context.received, context.sent = 1000, 23
    drive(world.store, charge_bytes(context))
    assert world.used(kilobytes(1)) == 1023
    last = make_context()
    world.admit(last, kilobytes(1), calls(9))
    last.sent = 1
    drive(world.store, charge_bytes(last))
    with pytest.raises(CallError, match="Out of bandwidth quota"):
        world.admit(make_context(), kilobytes(1), calls(9))


def test_what_is_asked_only_is_counted_later_or_never() -> None:
    world, context = World(), make_context()
    rules = [kilobytes(1), calls(1)]
    world.admit(context, *rules, counts=False)
    context.sent = 5
    drive(world.store, charge_bytes(context))
    assert [world.used(rule) for rule in rules] == [0, 0]
    for _ in range(2):
        drive(world.store, charge(context, rules, source="quota"))
    drive(world.store, charge_bytes(context))
    assert [world.used(rule) for rule in rules] == [5, 1]


def test_a_call_without_quotas_charges_nothing() -> None:
    drive(World().store, charge_bytes(make_context()))


@pytest.mark.parametrize(
    ("rule", "message", "wait"),
    [
        (calls(1), "Out of call volume quota. Quota will be replenished in 01:00:00.", "3600"),
        (kilobytes(1), "Out of bandwidth quota. Quota will be replenished in 01:00:00.", "3600"),
        (calls(0), "Out of call volume quota.", None),
        (QuotaRule("k", 5, LIFETIME, kind="bytes"), "Out of bandwidth quota.", None),
    ],
)
def test_a_refusal_tells_when_to_come_back(rule: QuotaRule, message: str, wait: str | None) -> None:
    error = refusal(make_context(), rule, source="quota-by-key")
    assert (error.source, error.message) == ("quota-by-key", message)
    assert dict(error.headers).get("Retry-After") == wait


FULL = Full("There are 9 counters.", of_keys=True)


@pytest.mark.parametrize("counts", [True, False])
def test_a_call_that_cannot_be_counted_is_a_503(counts: bool) -> None:
    steps = admit(make_context(), [calls(1)], source="quota", counts=counts)
    next(steps)
    with pytest.raises(CallError) as raised:
        steps.send(FULL)
    assert (raised.value.status, raised.value.source) == (503, "quota")


def test_an_answer_that_cannot_be_counted_is_a_503() -> None:
    steps = charge(make_context(), [calls(1)], source="quota-by-key")
    next(steps)
    with pytest.raises(CallError) as raised:
        steps.send(FULL)
    assert (raised.value.status, raised.value.source) == (503, "quota-by-key")
