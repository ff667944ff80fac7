"""`quota` (apim.md 2.4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache

from headgate.limits.operations import QuotaRule
from headgate.model.clock import SECOND, Micros
from headgate.model.context import Context
from headgate.model.entities import Subscription
from headgate.policy.call_quota import admit, period_of, quota_rules
from headgate.policy.constraints import at_least_one
from headgate.policy.effects import Steps
from headgate.policy.fields import attr, children
from headgate.policy.narrowing import first_for, place_of
from headgate.policy.schema import Element, Part

SECONDS_MAX = 2**31


class NarrowQuota(Part):
    """A quota of a part of what the element limits."""

    constraints = (at_least_one("name", "id"), at_least_one("calls", "bandwidth"))

    name: str | None = attr("Its name.", default=None, example="Chat")
    id: str | None = attr("Its id; goes before the name.", default=None, example="chat")
    calls: int | None = attr("Most calls in a period.", default=None, at_least=0, example="10")
    bandwidth: int | None = attr(
        "Most kilobytes (1,024 bytes) of bodies in a period.", default=None, at_least=0, example="1"
    )
    renewal_period: int | None = attr(
        "Length of a period in seconds; 0: it never ends; absent: as around it.",
        default=None,
        at_least=0,
        at_most=SECONDS_MAX,
        example="3600",
    )


class OperationQuota(NarrowQuota, name="operation"):
    """The quota of one operation."""


class ApiQuota(NarrowQuota, name="api"):
    """The quota of one API."""

    operations: tuple[OperationQuota, ...] = children(
        "Quotas of single operations.", name="operation"
    )


class Quota(Element, name="quota", sections=("inbound",), once=True):
    """Limit the calls of a subscription, the bytes of their bodies, or both, in fixed periods.

    Over the quota a caller gets 403. Periods are counted from the start of the subscription, or
    else from its creation. A call without a subscription is not limited. The bytes of its bodies
    are charged when the call has ended, so that the call that goes over the quota is the last one
    that is let through. The quotas of a product, an API and an operation count independently.
    """

    constraints = (at_least_one("calls", "bandwidth"),)

    example = '<quota calls="10000" bandwidth="40000" renewal-period="3600" />'

    calls: int | None = attr("Most calls in a period.", default=None, at_least=0, example="10000")
    bandwidth: int | None = attr(
        "Most kilobytes (1,024 bytes) of bodies in a period.",
        default=None,
        at_least=0,
        example="40000",
    )
    renewal_period: int = attr(
        "Length of a period in seconds; 0: it never ends.",
        at_least=0,
        at_most=SECONDS_MAX,
        example="3600",
    )
    apis: tuple[ApiQuota, ...] = children("Quotas of single APIs.", name="api")

    def run(self, context: Context) -> Steps[None]:
        """Count the call. Raises CallError 403."""
        subscription = context.subscription
        if subscription is not None:
            rules = list(self._rules(context, subscription))
            # What is left of bytes is asked first: a call is then counted by the last question.
            rules.sort(key=lambda rule: rule.kind != "bytes")
            yield from admit(context, rules, source="quota", counts=True)

    def _rules(self, context: Context, subscription: Subscription) -> Iterator[QuotaRule]:
        """Yield the rules for a call. A key names the document, the subscription and the part."""
        scope = self.site.scope
        key = f"quota/{subscription.id}/{scope}/{place_of(context, scope)}"
        start = start_of(subscription.start_date or subscription.created_date)
        quotas: list[tuple[str, Quota | NarrowQuota]] = [(key, self)]
        of_api = first_for(context.api, self.apis)
        if of_api is not None:
            key += f"/{context.api.id if context.api else ''}"
            quotas.append((key, of_api))
            of_operation = first_for(context.operation, of_api.operations)
            if of_operation is not None:
                key += f"/{context.operation.id if context.operation else ''}"
                quotas.append((key, of_operation))
        seconds = self.renewal_period
        for name, quota in quotas:
            if quota.renewal_period is not None:
                seconds = quota.renewal_period
            period = period_of(seconds, start)
            yield from quota_rules(name, period, calls=quota.calls, bandwidth=quota.bandwidth)


@lru_cache(maxsize=4096)
def start_of(date: str) -> Micros:
    """Return the instant of a date of a subscription, in whole seconds; empty: the epoch."""
    if not date:
        return Micros(0)
    instant = datetime.fromisoformat(date)
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    return Micros(int(instant.timestamp()) * SECOND)
