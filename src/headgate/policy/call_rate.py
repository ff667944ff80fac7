"""What `rate-limit` and `rate-limit-by-key` share: counting, what they tell, how they refuse.

Sources: apim.md 2.1-2.3 and 2.7.
"""

from __future__ import annotations

from headgate.limits.operations import AddCalls, CountCalls, Counted, Full, RateRule, Refused
from headgate.model.clock import SECOND
from headgate.model.context import Context
from headgate.model.errors import CallError
from headgate.policy.admission import no_room
from headgate.policy.effects import Apply, Steps
from headgate.policy.fields import attr
from headgate.policy.kinds import HeaderName
from headgate.policy.publication import publish
from headgate.policy.schema import Element

PERIOD_MAX = 300
"""Seconds; APIM has no longer window (apim.md 2.1)."""


class CallRate(Element):
    """An element that limits calls in a sliding window."""

    retry_after_header_name: HeaderName = attr(
        "Response header with the seconds to wait after a refusal.", default="Retry-After"
    )
    retry_after_variable_name: str | None = attr("Variable for the same number.", default=None)
    remaining_calls_header_name: HeaderName | None = attr(
        "Response header with the calls left in the window.", default=None
    )
    remaining_calls_variable_name: str | None = attr("Variable for the same number.", default=None)
    total_calls_header_name: HeaderName | None = attr("Response header with `calls`.", default=None)

    def count(self, context: Context, rule: RateRule, *, amount: int) -> Steps[int]:
        """Count calls and return how many are left. Raises CallError 429, 503."""
        decision = yield from Apply(CountCalls(rule, amount))
        if isinstance(decision, Full):
            raise no_room(decision, source=self.site.name)
        if isinstance(decision, Refused):
            self.publish(context, remaining=0, total=rule.limit)
            raise self._refusal(context, decision.retry_after)
        assert isinstance(decision, Counted)
        return decision.remaining

    def add(self, context: Context, rule: RateRule, *, amount: int) -> Steps[None]:
        """Count calls without asking whether they fit; tell what is left. Raises CallError 503.

        An answer whose call cannot be counted is not handed out: the limit would be open.
        """
        decision = yield from Apply(AddCalls(rule, amount))
        if isinstance(decision, Full):
            raise no_room(decision, source=self.site.name)
        assert isinstance(decision, Counted)
        self.publish(context, remaining=decision.remaining, total=rule.limit)

    def publish(self, context: Context, *, remaining: int, total: int) -> None:
        """Tell what is left."""
        publish(
            context,
            remaining,
            variable=self.remaining_calls_variable_name,
            header=self.remaining_calls_header_name,
        )
        publish(context, total, variable=None, header=self.total_calls_header_name)

    def _refusal(self, context: Context, wait: int | None) -> CallError:
        message = "Rate limit is exceeded."
        headers: tuple[tuple[str, str], ...] = ()
        # More calls at once than the limit allows in any window: no time to try again can be named.
        if wait is not None:
            message += f" Try again in {wait} seconds."
            headers = ((self.retry_after_header_name, str(wait)),)
            if self.retry_after_variable_name is not None:
                context.variables[self.retry_after_variable_name] = wait
        return CallError(
            429, message, source=self.site.name, reason="RateLimitExceeded", headers=headers
        )


def call_rule(key: str, *, calls: int, period: int) -> RateRule:
    """Return the rule for so many calls in so many seconds."""
    return RateRule(key, calls, window=period * SECOND, kind="calls")
