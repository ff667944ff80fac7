"""What a token limit tells of itself: variables for policies, headers for the caller.

Before the answer it is the state that this call leaves if it completes nothing; after a buffered
answer the state with all that the call used. A streamed answer's head leaves before its completion
exists and shows the former (apim.md 1.6, 1.8).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from headgate.limits.operations import CounterId, QuotaRule, RateRule
from headgate.model.context import Context
from headgate.model.usage import TokenUsage
from headgate.policy.answer_headers import put_on_answer
from headgate.policy.kinds import HeaderName


class Names(Protocol):
    """Where a token limit publishes; None: nowhere."""

    remaining_tokens_header_name: HeaderName | None
    remaining_tokens_variable_name: str | None
    remaining_quota_tokens_header_name: HeaderName | None
    remaining_quota_tokens_variable_name: str | None
    tokens_consumed_header_name: HeaderName | None
    tokens_consumed_variable_name: str | None


class Publication:
    """What one token limit knows about one call. Listens to the call's metering."""

    __slots__ = ("_names", "_quota", "_quota_left", "_rate", "_rate_left")

    def __init__(
        self,
        names: Names,
        *,
        rate: RateRule | None,
        quota: QuotaRule | None,
        remaining: tuple[int, ...],
    ) -> None:
        self._names = names
        self._rate = rate
        self._quota = quota
        self._rate_left = remaining[0] if rate is not None else None
        self._quota_left = None
        if quota is not None:
            self._quota_left = remaining[0 if rate is None else 1]

    def publish(self, context: Context) -> None:
        """Set the remaining-* variables, and the headers on the answer when it comes."""
        names = self._names
        publish(
            context,
            self._rate_left,
            variable=names.remaining_tokens_variable_name,
            header=names.remaining_tokens_header_name,
        )
        publish(
            context,
            self._quota_left,
            variable=names.remaining_quota_tokens_variable_name,
            header=names.remaining_quota_tokens_header_name,
        )

    def settled(
        self, context: Context, remaining: Mapping[CounterId, int], *, usage: TokenUsage
    ) -> None:
        """Publish what is left now that the answer is known."""
        if self._rate is not None:
            self._rate_left = remaining.get(self._rate.counter, self._rate_left)
        if self._quota is not None:
            self._quota_left = remaining.get(self._quota.counter, self._quota_left)
        self.publish(context)
        publish(
            context,
            usage.total_tokens,
            variable=self._names.tokens_consumed_variable_name,
            header=self._names.tokens_consumed_header_name,
        )


def publish(
    context: Context, number: int | None, *, variable: str | None, header: str | None
) -> None:
    """Tell a number, if there is one, to policies by a variable and to the caller by a header."""
    if number is None:
        return
    if variable is not None:
        context.variables[variable] = number
    if header is not None:
        put_on_answer(context, header, value=str(number))
