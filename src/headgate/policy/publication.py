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


class Names(Protocol):
    """Where a token limit publishes; None: nowhere."""

    remaining_tokens_header_name: str | None
    remaining_tokens_variable_name: str | None
    remaining_quota_tokens_header_name: str | None
    remaining_quota_tokens_variable_name: str | None
    tokens_consumed_header_name: str | None
    tokens_consumed_variable_name: str | None


class Publication:
    """What one token limit knows about one call. Listens to the call's metering."""

    __slots__ = ("_names", "_quota", "_quota_left", "_rate", "_rate_left")

    def __init__(
        self,
        names: Names,
        rate: RateRule | None,
        quota: QuotaRule | None,
        remaining: tuple[int, ...],
    ) -> None:
        self._names = names
        self._rate = rate
        self._quota = quota
        self._rate_left = remaining[0] if rate is not None else None
        self._quota_left = remaining[-1] if quota is not None else None

    def set_variables(self, context: Context) -> None:
        """Set the remaining-* variables."""
        names = self._names
        if names.remaining_tokens_variable_name is not None and self._rate_left is not None:
            context.variables[names.remaining_tokens_variable_name] = self._rate_left
        if names.remaining_quota_tokens_variable_name is not None and self._quota_left is not None:
            context.variables[names.remaining_quota_tokens_variable_name] = self._quota_left

    def headers(self) -> list[tuple[str, str]]:
        """Return the remaining-* headers."""
        names = self._names
        headers = []
        if names.remaining_tokens_header_name is not None and self._rate_left is not None:
            headers.append((names.remaining_tokens_header_name, str(self._rate_left)))
        if names.remaining_quota_tokens_header_name is not None and self._quota_left is not None:
            headers.append((names.remaining_quota_tokens_header_name, str(self._quota_left)))
        return headers

    def streaming(self, context: Context) -> None:
        """Put the headers on an answer whose completion has not begun."""
        self._set_headers(context, self.headers())

    def settled(
        self, context: Context, remaining: Mapping[CounterId, int], usage: TokenUsage
    ) -> None:
        """Publish what is left now that the answer is known."""
        if self._rate is not None:
            self._rate_left = remaining.get(self._rate.counter, self._rate_left)
        if self._quota is not None:
            self._quota_left = remaining.get(self._quota.counter, self._quota_left)
        self.set_variables(context)
        headers = self.headers()
        names = self._names
        if names.tokens_consumed_variable_name is not None:
            context.variables[names.tokens_consumed_variable_name] = usage.total_tokens
        if names.tokens_consumed_header_name is not None:
            headers.append((names.tokens_consumed_header_name, str(usage.total_tokens)))
        self._set_headers(context, headers)

    def _set_headers(self, context: Context, headers: list[tuple[str, str]]) -> None:
        if context.response is not None:
            for name, value in headers:
                context.response.headers.set(name, value)
