from __future__ import annotations

import msgspec
import pytest

from headgate.limits.calendar import Period
from headgate.limits.operations import QuotaRule, RateRule, Refused, Rule
from headgate.model.record import NANO
from headgate.policy.kinds import HeaderName, Money
from headgate.policy.schema import Site
from headgate.policy.token_rules import WHAT, cost_rules, never_fits, refusal, spelt, token_rules
from headgate.policy.value import Value, literal_value
from headgate.testing.playbook import make_context


class Declared(msgspec.Struct):
    """What a token limit declares."""

    counter_key: Value[str] = literal_value("k")
    tokens_per_minute: Value[int] | None = None
    token_quota: Value[int] | None = None
    token_quota_period: Value[Period] | None = None
    cost_per_minute: Value[Money] | None = None
    cost_quota: Value[Money] | None = None
    cost_quota_period: Value[Period] | None = None


DAILY: Value[Period] = literal_value("Daily")
MONEY = literal_value(Money(2 * NANO))


def test_each_limit_on_tokens_is_a_rule_of_its_own() -> None:
    declared = Declared(
        tokens_per_minute=literal_value(0), token_quota=literal_value(50), token_quota_period=DAILY
    )
    assert token_rules(declared, make_context()) == (
        RateRule("k", 0),
        QuotaRule("k", 50, "Daily"),
    )


def test_limits_that_are_not_declared_make_no_rules() -> None:
    assert token_rules(Declared(), make_context()) == (None, None)
    assert cost_rules(Declared(), make_context()) == ()


def test_each_limit_on_money_is_a_rule_of_kind_cost() -> None:
    declared = Declared(cost_per_minute=MONEY, cost_quota=MONEY, cost_quota_period=DAILY)
    rate, quota = cost_rules(declared, make_context())
    assert rate == RateRule("k", 2 * NANO, kind="cost")
    assert quota == QuotaRule("k", 2 * NANO, "Daily", kind="cost")
    assert token_rules(declared, make_context()) == (None, None)


def test_a_rule_on_money_counts_apart_from_one_on_tokens() -> None:
    declared = Declared(tokens_per_minute=literal_value(5), cost_per_minute=MONEY)
    rate, _ = token_rules(declared, make_context())
    (money,) = cost_rules(declared, make_context())
    assert rate is not None
    assert rate.counter != money.counter


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("tokens", "This request needs 12 tokens and can never fit into the limit of 10."),
        ("cost", "This request costs 0.000000012 and can never fit into the limit of 0.00000001."),
    ],
)
def test_who_can_never_fit_is_told_both_sizes(kind: str, message: str) -> None:
    refused = Refused(rule=0, wait=None, remaining=(0,), needed=12, limit=10)
    rule = RateRule("k", 10, kind="tokens" if kind == "tokens" else "cost")
    assert never_fits(refused, rule) == message


def test_what_is_exceeded_has_a_name_of_its_own() -> None:
    assert len(set(WHAT.values())) == len(WHAT) == 4


@pytest.mark.parametrize(
    ("billionths", "text"),
    [
        (0, "0"),
        (1, "0.000000001"),
        (NANO // 2, "0.5"),
        (NANO, "1"),
        (100 * NANO, "100"),
        (1_234_567 * NANO + 1, "1234567.000000001"),
    ],
)
def test_money_is_spelt_exactly(billionths: int, text: str) -> None:
    assert spelt(billionths) == text


class Refusing(msgspec.Struct):
    """What a token limit says when it refuses."""

    site: Site = Site(name="llm-token-limit")
    retry_after_header_name: HeaderName = HeaderName("x-wait")
    retry_after_variable_name: str | None = "wait"


@pytest.mark.parametrize(
    ("rule", "status", "message"),
    [
        (RateRule("k", 9), 429, "Token limit is exceeded. Try again in 2 seconds."),
        (QuotaRule("k", 9, "Daily"), 403, "Token quota is exceeded. Try again in 2 seconds."),
        (RateRule("k", 9, kind="cost"), 429, "Cost limit is exceeded. Try again in 2 seconds."),
    ],
)
def test_a_refusal_names_the_limit_and_the_wait(rule: Rule, status: int, message: str) -> None:
    context = make_context()
    refused = Refused(rule=0, wait=1_000_001, remaining=(0,), needed=5, limit=9)
    error = refusal(Refusing(), context, refused=refused, rule=rule)
    assert (error.status, error.message, error.source) == (status, message, "llm-token-limit")
    assert error.headers == (("x-wait", "2"),)
    assert context.variables["wait"] == 2


def test_a_call_that_never_fits_is_told_no_time() -> None:
    context = make_context()
    refused = Refused(rule=0, wait=None, remaining=(0,), needed=10, limit=9)
    error = refusal(Refusing(), context, refused=refused, rule=RateRule("k", 9))
    assert error.headers == (("x-should-retry", "false"),)
    assert "can never fit" in error.message
    assert context.variables == {}
