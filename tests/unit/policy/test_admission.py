"""What an element asks of the counters; the counters are real."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from headgate.limits.operations import Granted, RateRule, Refused, Reserve, Rule
from headgate.model.context import Context
from headgate.model.errors import CallError, Fault
from headgate.model.record import Admission
from headgate.model.usage import TokenUsage
from headgate.policy.admission import Asked, ask
from headgate.policy.effects import Apply
from headgate.policy.metering import TokenTerms, meter
from headgate.policy.schema import Site
from headgate.stores.memory import MemoryCounterStore
from headgate.testing.playbook import make_context
from headgate.testing.virtual_clock import VirtualClock
from headgate.tokens.prices import Price, PriceTable

URL = "https://gateway.example/chat/completions"
CAPPED = b'{"model":"gpt-4o","max_tokens":20,"messages":[]}'
UNCAPPED = b'{"model":"gpt-4o","messages":[]}'
TWICE = b'{"model":"gpt-4o","n":2,"messages":[]}'
SITE = Site(name="llm-token-limit", path="policies/inbound/llm-token-limit[1]")
TOKENS = RateRule("k", 100)
MONEY = RateRule("k", 100, kind="cost")
PRICES = PriceTable([("gpt-4o", Price(input=2, output=3))])


class World:
    """One call before real counters."""

    def __init__(self, body: bytes = CAPPED, terms: TokenTerms | None = None) -> None:
        self.store = MemoryCounterStore(VirtualClock())
        self.context: Context = make_context("POST", URL, body=body)
        self.context.owners[TokenTerms] = terms or TokenTerms()
        self.asked: list[Reserve] = []

    def ask(self, *rules: Rule, prompt: int = 8, may_change: bool = False) -> Granted | Refused:
        """Ask as an element does."""
        steps = ask(
            self.context,
            meter(self.context),
            site=SITE,
            rules=rules,
            prompt=prompt,
            limit_may_change=may_change,
        )
        reply: Any = None
        while True:
            try:
                effect = steps.send(reply)
            except StopIteration as end:
                outcome: Granted | Refused = end.value
                return outcome
            assert isinstance(effect, Apply)
            assert isinstance(effect.operation, Reserve)
            self.asked.append(effect.operation)
            reply = self.store.apply(effect.operation)

    @property
    def found(self) -> Admission:
        """Return what the usage record keeps of the last question."""
        fact = self.context.facts[-1]
        assert isinstance(fact, Asked)
        return fact.admission()


def test_a_granted_call_has_a_reservation_and_knows_what_it_may_complete() -> None:
    world = World()
    outcome = world.ask(TOKENS)
    account = meter(world.context)
    assert isinstance(outcome, Granted)
    assert (outcome.remaining, account.granted, account.reserved) == ((92,), 20, True)
    assert world.asked[0].id == world.context.request_id
    assert world.asked[0].lifetime == TokenTerms().hold_lifetime


def test_a_refused_call_has_none() -> None:
    world = World()
    outcome = world.ask(TOKENS, prompt=101)
    account = meter(world.context)
    assert isinstance(outcome, Refused)
    assert (account.granted, account.reserved) == (0, False)


@pytest.mark.parametrize("may_change", [False, True])
def test_a_limit_that_may_change_never_refuses_for_ever(may_change: bool) -> None:
    outcome = World().ask(TOKENS, prompt=101, may_change=may_change)
    assert isinstance(outcome, Refused)
    assert (outcome.wait is None) is not may_change


def test_what_the_counters_said_is_kept_for_the_record() -> None:
    world = World()
    world.ask(TOKENS)
    found = world.found
    assert (found.source, found.path, found.mode) == (SITE.name, SITE.path, "bounded")
    assert (found.asked, found.hold, found.refused_by, found.wait) == (8, 20, None, None)
    [reading] = found.counters
    assert (reading.counter, reading.limit) == (TOKENS.counter, 100)
    assert (reading.used, reading.held, reading.remaining) == (0, 0, 92)


def test_a_refusal_is_kept_with_the_rule_that_refused_and_the_wait() -> None:
    world = World()
    world.ask(TOKENS, RateRule("other", 7))
    found = world.found
    assert (found.refused_by, found.wait, found.waits_on_holds) == (1, None, False)
    assert [reading.remaining for reading in found.counters] == [100, 0]


def test_a_refusal_that_waits_for_calls_in_flight_is_marked() -> None:
    world = World()
    world.ask(TOKENS, prompt=50)
    second = World()
    second.store = world.store
    second.context.request_id = "another"
    outcome = second.ask(msgspec.structs.replace(TOKENS, limit=70), prompt=20)
    assert isinstance(outcome, Refused)
    assert second.found.waits_on_holds
    assert second.found.counters[0].held == 20


def test_tokens_need_no_price() -> None:
    world = World()
    world.ask(TOKENS)
    assert (world.asked[0].cost_prompt, world.asked[0].cost_hold) == (0, 0)
    assert meter(world.context).price is None


def test_money_is_asked_for_by_the_price_table() -> None:
    world = World(terms=TokenTerms(prices=PRICES))
    outcome = world.ask(TOKENS, MONEY)
    assert (world.asked[0].cost_prompt, world.asked[0].cost_hold) == (8 * 2, 20 * 3)
    assert outcome.remaining == (92, 84)
    assert meter(world.context).price == PRICES.find("gpt-4o")


@pytest.mark.parametrize(("prompt", "granted"), [(49, True), (50, True), (51, False)])
def test_money_is_tested_by_its_own_amount(prompt: int, granted: bool) -> None:
    outcome = World(terms=TokenTerms(prices=PRICES)).ask(MONEY, prompt=prompt)
    assert isinstance(outcome, Granted) is granted


@pytest.mark.parametrize("prices", [None, PriceTable([("another", Price(input=1, output=1))])])
def test_a_model_without_a_price_is_the_operators_error(prices: PriceTable | None) -> None:
    world = World(terms=TokenTerms(prices=prices))
    with pytest.raises(CallError) as raised:
        world.ask(MONEY)
    error = raised.value
    assert (error.status, error.reason, error.fault) == (500, "ModelHasNoPrice", Fault.OPERATOR)
    assert "'gpt-4o'" in error.detail
    assert "gpt-4o" not in str(error.message)
    assert world.asked == []


@pytest.mark.parametrize(
    ("body", "least", "choices"), [(CAPPED, 20, 1), (UNCAPPED, 1, 1), (TWICE, 2, 2)]
)
def test_a_callers_cap_is_granted_whole_or_not_at_all(
    body: bytes, least: int, choices: int
) -> None:
    world = World(body, TokenTerms(admission="strict"))
    world.ask(TOKENS)
    assert (world.asked[0].hold_least, world.asked[0].choices) == (least, choices)


@pytest.mark.parametrize(
    ("body", "prompt", "granted"),
    [(CAPPED, 80, 20), (CAPPED, 81, 19), (UNCAPPED, 8, 92), (TWICE, 9, 90), (UNCAPPED, 99, 1)],
)
def test_strict_grants_what_is_left(body: bytes, prompt: int, granted: int) -> None:
    world = World(body, TokenTerms(admission="strict"))
    assert isinstance(world.ask(TOKENS, prompt=prompt), Granted)
    assert meter(world.context).granted == granted


def test_a_later_limit_may_lower_what_is_granted() -> None:
    world = World(UNCAPPED, TokenTerms(admission="strict", strict_max_completion=50))
    world.ask(TOKENS)
    assert meter(world.context).granted == 50
    world.ask(RateRule("other", 38))
    assert meter(world.context).granted == 30


@pytest.mark.parametrize(("keys_max", "fault"), [(1, Fault.OPERATOR), (9, Fault.GATEWAY)])
def test_a_call_that_cannot_be_counted_may_come_again(
    keys_max: int, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headgate.limits.counters.RESERVATIONS_MAX", 0 if keys_max > 1 else 1)
    world = World()
    world.store = MemoryCounterStore(VirtualClock(), keys_max=keys_max)
    with pytest.raises(CallError) as raised:
        world.ask(TOKENS, RateRule("other", 70))
    error = raised.value
    assert (error.status, error.reason, error.fault) == (503, "CountersFull", fault)
    assert error.headers == (("Retry-After", "5"),)
    assert error.source == SITE.name
    assert error.detail != error.message
    assert not meter(world.context).reserved
    assert world.context.facts == []


def test_another_attempt_asks_for_what_the_first_used_as_well() -> None:
    world = World(UNCAPPED, TokenTerms(admission="strict", prices=PRICES))
    world.ask(TOKENS, msgspec.structs.replace(MONEY, limit=1000))
    account = meter(world.context)
    account.add(TokenUsage(input_tokens=9, output_tokens=11, model="gpt-4o"))
    outcome = world.ask(TOKENS, msgspec.structs.replace(MONEY, limit=1000))
    assert isinstance(outcome, Granted)
    second = world.asked[1]
    assert (second.prompt, second.cost_prompt) == (8 + 20, 8 * 2 + 9 * 2 + 11 * 3)
    assert account.granted == 100 - 28
    account.add(TokenUsage(input_tokens=9, output_tokens=71, model="gpt-4o"))
    refused = world.ask(TOKENS)
    assert isinstance(refused, Refused)
    assert refused.wait is not None
