"""`rate-limit-by-key` (apim.md 2.3)."""

from __future__ import annotations

from headgate.limits.operations import RateRule
from headgate.model.context import Context
from headgate.model.errors import Where
from headgate.policy.call_rate import PERIOD_MAX, CallRate, call_rule
from headgate.policy.deferred import defer
from headgate.policy.effects import Steps
from headgate.policy.fields import attr, computed
from headgate.policy.plan import Step
from headgate.policy.value import Value


class RateLimitByKey(CallRate, name="rate-limit-by-key", sections=("inbound",)):
    """Limit the calls of a key in a sliding window.

    Over the limit a caller gets 429. A call is counted where the element stands, unless
    `increment-condition` or `increment-count` is an expression: both are then evaluated at the end
    of outbound, where they may read the answer, and the limit is not asked again there. What a call
    adds is therefore felt by the next one.
    """

    example = (
        '<rate-limit-by-key calls="10" renewal-period="60"'
        ' counter-key="@(context.Request.IpAddress)" />'
    )

    calls: Value[int] = attr("Most calls in the window.", at_least=0, example="10")
    renewal_period: Value[int] = attr(
        "Length of the sliding window in seconds.", at_least=1, at_most=PERIOD_MAX, example="60"
    )
    counter_key: Value[str] = attr(
        "Key of the counter: one counter per value for the whole gateway, whoever names it.",
        example="@(context.Request.IpAddress)",
    )
    increment_condition: Value[bool] = attr(
        "Whether the call is counted.",
        default=True,
        condition=True,
        deferred=True,
        example="@(context.Response.StatusCode == 200)",
    )
    increment_count: Value[int] = attr(
        "How many calls it counts for.", default=1, at_least=0, deferred=True, example="1"
    )
    increment: int | None = computed()
    """What every call adds; None where it is evaluated for each."""

    def prepare(self) -> None:
        """Find out once whether the answer decides what is counted."""
        condition, count = self.increment_condition.literal, self.increment_count.literal
        self.increment = None
        if condition is not None and count is not None:
            self.increment = count if condition else 0

    def run(self, context: Context) -> Steps[None]:
        """Count the call, or ask and put the counting off. Raises CallError 429."""
        rule = call_rule(
            self.counter_key.of(context),
            calls=self.calls.of(context),
            period=self.renewal_period.of(context),
        )
        remaining = yield from self.count(context, rule, amount=self.increment or 0)
        self.publish(context, remaining=remaining, total=rule.limit)
        if self.increment is None:
            defer(context, self._later(rule))

    def _later(self, rule: RateRule) -> Step:
        """Return the step that counts the call at the end of outbound."""

        def count_later(context: Context) -> Steps[None]:
            if self.increment_condition.of(context):
                yield from self.add(context, rule, amount=self.increment_count.of(context))

        site = self.site
        where = Where(scope=site.scope, section="outbound", path=site.path, policy_id=self.id)
        reads = self.increment_condition.reads | self.increment_count.reads
        return Step(site.name, where, drive=count_later, reads=reads)
