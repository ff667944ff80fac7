"""The rules that a token limit makes for one call, what they are called, and how they refuse."""

from __future__ import annotations

from typing import Protocol

from headgate.limits.calendar import Period
from headgate.limits.humanised import humanised
from headgate.limits.operations import Kind, QuotaRule, RateRule, Refused, Rule
from headgate.model.context import Context
from headgate.model.errors import CallError
from headgate.model.record import NANO
from headgate.policy.kinds import HeaderName, Money
from headgate.policy.schema import Site
from headgate.policy.value import Value

WHAT: dict[tuple[Kind, bool], str] = {
    ("tokens", False): "Token limit",
    ("tokens", True): "Token quota",
    ("cost", False): "Cost limit",
    ("cost", True): "Cost quota",
}
"""What is exceeded, by kind and whether it is a quota (apim.md 1.7; those of cost are ours)."""


class Limits(Protocol):
    """What a token limit declares."""

    counter_key: Value[str]
    tokens_per_minute: Value[int] | None
    token_quota: Value[int] | None
    token_quota_period: Value[Period] | None
    cost_per_minute: Value[Money] | None
    cost_quota: Value[Money] | None
    cost_quota_period: Value[Period] | None


def token_rules(limits: Limits, context: Context) -> tuple[RateRule | None, QuotaRule | None]:
    """Return the rules on tokens. Raises DotNetError."""
    key = limits.counter_key.of(context)
    rate = quota = None
    if limits.tokens_per_minute is not None:
        rate = RateRule(key, limits.tokens_per_minute.of(context))
    if limits.token_quota is not None and limits.token_quota_period is not None:
        period = limits.token_quota_period.of(context)
        quota = QuotaRule(key, limits.token_quota.of(context), period)
    return rate, quota


def cost_rules(limits: Limits, context: Context) -> tuple[Rule, ...]:
    """Return the rules on money. Raises DotNetError."""
    key = limits.counter_key.of(context)
    rules: list[Rule] = []
    if limits.cost_per_minute is not None:
        rules.append(RateRule(key, limits.cost_per_minute.of(context), kind="cost"))
    if limits.cost_quota is not None and limits.cost_quota_period is not None:
        period = limits.cost_quota_period.of(context)
        rules.append(QuotaRule(key, limits.cost_quota.of(context), period, kind="cost"))
    return tuple(rules)


class Refuses(Protocol):
    """What a token limit says when it refuses."""

    site: Site
    retry_after_header_name: HeaderName
    retry_after_variable_name: str | None


def refusal(limit: Refuses, context: Context, *, refused: Refused, rule: Rule) -> CallError:
    """Return the refusal with the texts of apim.md 1.7; never fitting is our own text."""
    of_quota = isinstance(rule, QuotaRule)
    wait = refused.retry_after
    if wait is None:
        message = never_fits(refused, rule)
        header = ("x-should-retry", "false")
    else:
        what = WHAT[rule.kind, of_quota]
        spelt_wait = humanised(wait) if of_quota else f"{wait} seconds"
        message = f"{what} is exceeded. Try again in {spelt_wait}."
        header = (limit.retry_after_header_name, str(wait))
        if limit.retry_after_variable_name is not None:
            context.variables[limit.retry_after_variable_name] = wait
    return CallError(
        403 if of_quota else 429,
        message,
        source=limit.site.name,
        reason="OpenAITokenQuotaExceeded" if of_quota else "OpenAITokenLimitExceeded",
        headers=(header,),
    )


def never_fits(refused: Refused, rule: Rule) -> str:
    """Return the message for a call that is larger than its limit (design: limits, section 2)."""
    if rule.kind == "cost":
        needed, limit = spelt(refused.needed), spelt(refused.limit)
        return f"This request costs {needed} and can never fit into the limit of {limit}."
    return (
        f"This request needs {refused.needed} tokens and can never fit into the limit "
        f"of {refused.limit}."
    )


def spelt(billionths: int) -> str:
    """Return an amount of money as documents write it: exact, and never with an exponent."""
    units, rest = divmod(billionths, NANO)
    return f"{units}.{rest:09d}".rstrip("0").rstrip(".")
