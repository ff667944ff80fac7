"""`quota-by-key` (apim.md 2.5)."""

from __future__ import annotations

import re
from datetime import datetime

from headgate.limits.calendar import PeriodName
from headgate.limits.operations import QuotaRule
from headgate.model.clock import SECOND, Micros
from headgate.model.context import Context
from headgate.model.errors import Where
from headgate.policy.call_quota import admit, charge, period_of, quota_rules
from headgate.policy.constraints import at_least_one
from headgate.policy.deferred import defer
from headgate.policy.effects import Steps
from headgate.policy.fields import attr, computed
from headgate.policy.plan import Step
from headgate.policy.schema import Element, ElementError
from headgate.policy.value import Value

PERIOD_MIN = 300
"""Seconds; APIM has no shorter period."""

START = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


class QuotaByKey(Element, name="quota-by-key", sections=("inbound",)):
    """Limit the calls of a key, the bytes of their bodies, or both, in periods of fixed length.

    Over the quota a caller gets 403. A call is counted where the element stands, unless
    `increment-condition` is an expression: that is evaluated at the end of outbound, where it may
    read the answer. The bytes of its bodies are charged when the call has ended, so that the call
    that goes over the quota is the last one that is let through. Elements that share a key and a
    period share a counter, and a call is counted there once.
    """

    constraints = (at_least_one("calls", "bandwidth"),)

    example = (
        '<quota-by-key calls="10000" bandwidth="40000" renewal-period="3600"\n'
        '    increment-condition="@(context.Response.StatusCode &lt; 400)"\n'
        '    counter-key="@(context.Request.IpAddress)" />'
    )

    calls: int | None = attr("Most calls in a period.", default=None, at_least=0, example="10000")
    bandwidth: int | None = attr(
        "Most kilobytes (1,024 bytes) of bodies in a period.",
        default=None,
        at_least=0,
        example="40000",
    )
    renewal_period: int = attr(
        f"Length of a period in seconds, at least {PERIOD_MIN}; 0: it never ends.",
        at_least=0,
        at_most=2**31,
        example="3600",
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
    first_period_start: str = attr(
        "When a period begins, from which the others are counted: `yyyy-MM-ddTHH:mm:ssZ`.",
        default="0001-01-01T00:00:00Z",
        example="2026-01-01T00:00:00Z",
    )
    period: PeriodName = computed()

    def prepare(self) -> None:
        """Name the period once. Raises ElementError for a length or a start that is none."""
        if 0 < self.renewal_period < PERIOD_MIN:
            message = f"A period has at least {PERIOD_MIN} seconds."
            raise ElementError(message, hint="0 means that it never ends.", key="renewal_period")
        try:
            if START.fullmatch(self.first_period_start) is None:
                raise ValueError
            start = datetime.fromisoformat(self.first_period_start)
        except ValueError as error:
            message = "This is not a time of the form yyyy-MM-ddTHH:mm:ssZ."
            raise ElementError(message, key="first_period_start") from error
        since = start - datetime.fromisoformat("1970-01-01T00:00:00Z")
        seconds = since.days * 86_400 + since.seconds
        self.period = period_of(self.renewal_period, Micros(seconds * SECOND))

    def run(self, context: Context) -> Steps[None]:
        """Count the call, or ask and put the counting off. Raises CallError 403, DotNetError."""
        key = self.counter_key.of(context)
        rules = quota_rules(key, self.period, calls=self.calls, bandwidth=self.bandwidth)
        counts = self.increment_condition.literal
        yield from admit(context, rules, source="quota-by-key", counts=counts is True)
        if counts is None:
            defer(context, self._later(rules))

    def _later(self, rules: list[QuotaRule]) -> Step:
        """Return the step that counts the call at the end of outbound."""

        def count_later(context: Context) -> Steps[None]:
            if self.increment_condition.of(context):
                yield from charge(context, rules, source="quota-by-key")

        site = self.site
        where = Where(scope=site.scope, section="outbound", path=site.path, policy_id=self.id)
        return Step(site.name, where, drive=count_later, reads=self.increment_condition.reads)
