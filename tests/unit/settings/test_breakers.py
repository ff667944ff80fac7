from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from headgate.model.clock import SECOND
from headgate.model.entities import CircuitBreaker
from headgate.model.errors import Fault
from headgate.policy.attempt import FAILURES
from headgate.routing.breaker import REASONS
from headgate.settings.backends import BackendProperties
from headgate.settings.breakers import circuit_breaker
from headgate.settings.documents import Folder
from headgate.settings.entries import read_entry

Write = Callable[[dict[str, object]], Folder]
RANGES = [{"min": 429, "max": 429}, {"min": 500, "max": 599}]


def rule(condition: dict[str, Any] | None = None, **members: Any) -> dict[str, Any]:
    base = {"count": 3, "interval": "PT1M", "statusCodeRanges": RANGES}
    merged = {**base, **(condition or {})}
    return {"name": "r", "failureCondition": merged, "tripDuration": "PT10S", **members}


def load(write: Write, *rules: dict[str, Any]) -> tuple[CircuitBreaker | None, list[str]]:
    """Return the breaker of the rules and what is said of them."""
    properties = {"url": "http://a", "circuitBreaker": {"rules": rules}}
    folder = write({"b/information.json": {"properties": properties}})
    kind = BackendProperties
    entry = read_entry(folder, folder.root / "b", file="information.json", kind=kind)
    breaker = None
    if entry is not None:
        breaker = circuit_breaker(entry, entry.properties.circuit_breaker)
    return breaker, [f"{d.severity} {d.code} {d.message}" for d in folder.diagnostics]


def test_all_of_a_rule_is_read(write: Write) -> None:
    condition = {"errorReasons": ["Server errors", "Timeout"]}
    given = rule(condition, acceptRetryAfter=True, failureResponse={"statusCode": 429})
    breaker = CircuitBreaker(
        name="r",
        count=3,
        interval=60 * SECOND,
        statuses=((429, 429), (500, 599)),
        reasons=frozenset({"server errors", "timeout"}),
        trip_duration=10 * SECOND,
        accept_retry_after=True,
        refusal=429,
    )
    assert load(write, given) == (breaker, [])


def test_a_share_may_stand_for_the_count(write: Write) -> None:
    breaker, said = load(write, rule({"count": None, "percentage": 50}))
    assert said == []
    assert breaker is not None
    assert (breaker.count, breaker.percentage, breaker.refusal) == (None, 50, 503)


def test_no_rule_is_no_breaker(write: Write) -> None:
    assert load(write) == (None, [])


def test_reasons_alone_are_enough(write: Write) -> None:
    breaker, said = load(write, rule({"statusCodeRanges": [], "errorReasons": ["timeout"]}))
    assert said == []
    assert breaker is not None
    assert breaker.reasons == {"timeout"}


def test_a_reason_that_no_call_has_gets_a_warning(write: Write) -> None:
    breaker, said = load(write, rule({"errorReasons": ["The service is busy"]}))
    assert said == ["warning HG510 no call fails by the reason 'The service is busy'"]
    assert breaker is not None
    assert breaker.reasons == frozenset()


PLACE = "properties.circuitBreaker.rules[0]"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            rule({"percentage": 5}),
            "HG562 the failures are measured by count or by percentage: one of the two",
        ),
        (
            rule({"count": None}),
            "HG562 the failures are measured by count or by percentage: one of the two",
        ),
        (rule({"statusCodeRanges": None}), "HG562 no call can fail by this rule"),
        (
            rule({"statusCodeRanges": None, "errorReasons": ["busy"]}),
            "HG562 no call can fail by this rule",
        ),
        (
            rule({"statusCodeRanges": [{"min": 500, "max": 499}]}),
            "HG562 no status lies between 500 and 499",
        ),
        (
            rule(tripDuration="1 minute"),
            f"HG511 {PLACE}.tripDuration: expected a duration of ISO 8601",
        ),
        (
            rule({"interval": "PT0S"}),
            f"HG511 {PLACE}.failureCondition.interval: expected a duration of ISO 8601",
        ),
        (
            rule({"count": 0}),
            f"HG511 {PLACE}.failureCondition.count: expected a whole number >= 1",
        ),
        (
            rule({"count": None, "percentage": 101}),
            f"HG511 {PLACE}.failureCondition.percentage: expected a whole number <= 100",
        ),
        (
            rule({"statusCodeRanges": [{"min": 99, "max": 600}]}),
            f"HG511 {PLACE}.failureCondition.statusCodeRanges[0].min: expected a whole number"
            " >= 100",
        ),
        (
            rule(failureResponse={"statusCode": 399}),
            f"HG511 {PLACE}.failureResponse.statusCode: expected a whole number >= 400",
        ),
        ({"tripDuration": "PT1M"}, f"HG512 {PLACE}.failureCondition is missing"),
    ],
)
def test_a_rule_that_cannot_work_is_an_error(
    write: Write, given: dict[str, Any], *, message: str
) -> None:
    breaker, said = load(write, given)
    assert breaker is None
    assert said[0] == f"error {message}"


def test_two_rules_are_one_too_many(write: Write) -> None:
    assert load(write, rule(), rule()) == (
        None,
        ["error HG562 a circuit breaker has one rule, not 2"],
    )


def test_every_reason_of_a_failure_of_a_backend_may_stand_in_a_rule() -> None:
    failures = {reason.lower() for _, reason, fault in FAILURES.values() if fault is Fault.UPSTREAM}
    assert failures <= REASONS
