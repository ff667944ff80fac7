"""`rate-limit` (apim.md 2.2)."""

from __future__ import annotations

from collections.abc import Iterator

from headgate.limits.operations import RateRule
from headgate.model.context import Context
from headgate.policy.call_rate import PERIOD_MAX, CallRate, call_rule
from headgate.policy.constraints import at_least_one
from headgate.policy.effects import Steps
from headgate.policy.fields import attr, children
from headgate.policy.narrowing import first_for, place_of
from headgate.policy.schema import Part


class NarrowRate(Part):
    """A limit of a part of what the element limits."""

    constraints = (at_least_one("name", "id"),)

    name: str | None = attr("Its name.", default=None, example="Chat")
    id: str | None = attr("Its id; goes before the name.", default=None, example="chat")
    calls: int = attr("Most calls in the window.", at_least=1, example="10")
    renewal_period: int = attr(
        "Length of the sliding window in seconds.", at_least=1, at_most=PERIOD_MAX, example="60"
    )

    def rule(self, key: str) -> RateRule:
        """Return the rule for the counter of a key."""
        return call_rule(key, calls=self.calls, period=self.renewal_period)


class OperationRate(NarrowRate, name="operation"):
    """The limit of one operation."""


class ApiRate(NarrowRate, name="api"):
    """The limit of one API."""

    operations: tuple[OperationRate, ...] = children(
        "Limits of single operations.", name="operation"
    )


class RateLimit(CallRate, name="rate-limit", sections=("inbound",), once=True):
    """Limit the calls of a subscription in a sliding window.

    Over the limit a caller gets 429. A call without a subscription is not limited. The limits of a
    product, an API and an operation count independently, those that are children here too.
    """

    example = '<rate-limit calls="100" renewal-period="60" />'

    calls: int = attr("Most calls in the window.", at_least=1, example="100")
    renewal_period: int = attr(
        "Length of the sliding window in seconds.", at_least=1, at_most=PERIOD_MAX, example="60"
    )
    apis: tuple[ApiRate, ...] = children("Limits of single APIs.", name="api")

    def run(self, context: Context) -> Steps[None]:
        """Count the call. Raises CallError 429."""
        subscription = context.subscription
        if subscription is None:
            return
        remaining = []
        for rule in self._rules(context, subscription.id):
            remaining.append((yield from self.count(context, rule, amount=1)))
        self.publish(context, remaining=min(remaining), total=self.calls)

    def _rules(self, context: Context, subscription_id: str) -> Iterator[RateRule]:
        """Yield the rules for a call, the narrowest first: what it refuses costs the rest nothing.

        A key names the document, the subscription and what of it is counted.
        """
        api = context.api.id if context.api else ""
        operation = context.operation.id if context.operation else ""
        scope = self.site.scope
        key = f"rate-limit/{subscription_id}/{scope}/{place_of(context, scope)}"
        of_api = first_for(context.api, self.apis)
        if of_api is not None:
            of_operation = first_for(context.operation, of_api.operations)
            if of_operation is not None:
                yield of_operation.rule(f"{key}/{api}/{operation}")
            yield of_api.rule(f"{key}/{api}")
        yield call_rule(key, calls=self.calls, period=self.renewal_period)
