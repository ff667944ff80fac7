"""The property `circuitBreaker` of a backend (apim.md 6.2)."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from headgate.model.entities import CircuitBreaker
from headgate.routing.breaker import REASONS
from headgate.settings.binding import Properties, dotted
from headgate.settings.documents import Where
from headgate.settings.durations import iso_duration
from headgate.settings.entries import Entry

Status = Annotated[int, msgspec.Meta(ge=100, le=599)]
Count = Annotated[int, msgspec.Meta(ge=1, le=10_000)]
Percentage = Annotated[int, msgspec.Meta(ge=1, le=100)]
Refusal = Annotated[int, msgspec.Meta(ge=400, le=599)]


class RangeProperties(Properties, frozen=True, kw_only=True):
    """Statuses from the first to the last."""

    min: Status
    max: Status


class FailureConditionProperties(Properties, frozen=True, kw_only=True):
    """Which calls fail, and how many within which time open the breaker."""

    count: Count | None = None
    percentage: Percentage | None = None
    interval: str
    status_code_ranges: tuple[RangeProperties, ...] = ()
    error_reasons: tuple[str, ...] = ()


class FailureResponseProperties(Properties, frozen=True, kw_only=True):
    """What is answered instead of 503."""

    status_code: Refusal = 503


class RuleProperties(Properties, frozen=True, kw_only=True):
    """The rule of a breaker."""

    name: str = ""
    failure_condition: FailureConditionProperties
    trip_duration: str
    accept_retry_after: bool = False
    failure_response: FailureResponseProperties = FailureResponseProperties()


class CircuitBreakerProperties(Properties, frozen=True, kw_only=True):
    """The breaker of a backend."""

    rules: tuple[RuleProperties, ...] = ()


def circuit_breaker(
    entry: Entry[Any], given: CircuitBreakerProperties | None
) -> CircuitBreaker | None:
    """Return the breaker; None where there is none, or after saying what is wrong with it."""
    if given is None or not given.rules:
        return None
    where: Where = ("circuitBreaker", "rules")
    if len(given.rules) > 1:
        message = f"a circuit breaker has one rule, not {len(given.rules)}"
        hint = "one rule may have several ranges of statuses"
        entry.complain("HG562", message, where=(*where, 1), hint=hint)
        return None
    return _breaker(entry, given.rules[0], where=(*where, 0))


def _breaker(entry: Entry[Any], rule: RuleProperties, *, where: Where) -> CircuitBreaker | None:
    condition = rule.failure_condition
    inside: Where = (*where, "failureCondition")
    trip_duration = _duration(entry, rule.trip_duration, where=(*where, "tripDuration"))
    interval = _duration(entry, condition.interval, where=(*inside, "interval"))
    sound = _counts(entry, condition, where=inside)
    sound &= _matches(entry, condition, where=inside)
    if not sound or trip_duration is None or interval is None:
        return None
    return CircuitBreaker(
        name=rule.name,
        count=condition.count,
        percentage=condition.percentage,
        interval=interval,
        statuses=tuple((codes.min, codes.max) for codes in condition.status_code_ranges),
        reasons=frozenset(reason.lower() for reason in condition.error_reasons) & REASONS,
        trip_duration=trip_duration,
        accept_retry_after=rule.accept_retry_after,
        refusal=rule.failure_response.status_code,
    )


def _counts(entry: Entry[Any], condition: FailureConditionProperties, *, where: Where) -> bool:
    """Check that there is one measure of how many failures are too many."""
    if (condition.count is None) != (condition.percentage is None):
        return True
    message = "the failures are measured by count or by percentage: one of the two"
    entry.complain("HG562", message, where=where)
    return False


def _matches(entry: Entry[Any], condition: FailureConditionProperties, *, where: Where) -> bool:
    """Check that some calls can fail."""
    sound = True
    for index, codes in enumerate(condition.status_code_ranges):
        if codes.min > codes.max:
            message = f"no status lies between {codes.min} and {codes.max}"
            entry.complain("HG562", message, where=(*where, "statusCodeRanges", index))
            sound = False
    unknown = [
        index
        for index, reason in enumerate(condition.error_reasons)
        if reason.lower() not in REASONS
    ]
    if not condition.status_code_ranges and len(unknown) == len(condition.error_reasons):
        hint = "give statusCodeRanges, or errorReasons such as Timeout"
        entry.complain("HG562", "no call can fail by this rule", where=where, hint=hint)
        return False
    for index in unknown:
        entry.complain(
            "HG510",
            f"no call fails by the reason {condition.error_reasons[index]!r}",
            where=(*where, "errorReasons", index),
            hint="reasons are Timeout, BackendConnectionFailure, Server errors",
            severity="warning",
        )
    return sound


def _duration(entry: Entry[Any], text: str, *, where: Where) -> int | None:
    duration = iso_duration(text)
    if duration is None:
        message = f"{dotted(entry.place(*where))}: expected a duration of ISO 8601"
        entry.complain("HG511", message, where=where, hint="for instance PT1M")
    return duration
