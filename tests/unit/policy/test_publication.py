from __future__ import annotations

import msgspec

from headgate.limits.operations import QuotaRule, RateRule
from headgate.model.usage import TokenUsage
from headgate.policy.answer_headers import write_owed
from headgate.policy.kinds import HeaderName
from headgate.policy.publication import Publication, publish
from headgate.testing.playbook import make_context, make_response

RATE = RateRule("k", 100)
QUOTA = QuotaRule("k", 1000, "Daily")
USAGE = TokenUsage(input_tokens=9, output_tokens=4)


class Names(msgspec.Struct):
    remaining_tokens_header_name: HeaderName | None = HeaderName("x-rate")
    remaining_tokens_variable_name: str | None = "rate"
    remaining_quota_tokens_header_name: HeaderName | None = HeaderName("x-quota")
    remaining_quota_tokens_variable_name: str | None = "quota"
    tokens_consumed_header_name: HeaderName | None = HeaderName("x-used")
    tokens_consumed_variable_name: str | None = "used"


class Nowhere(Names):
    remaining_tokens_header_name: HeaderName | None = None
    remaining_tokens_variable_name: str | None = None
    remaining_quota_tokens_header_name: HeaderName | None = None
    remaining_quota_tokens_variable_name: str | None = None
    tokens_consumed_header_name: HeaderName | None = None
    tokens_consumed_variable_name: str | None = None


def answer_of(publication: Publication, *, settled: bool) -> tuple[dict[str, str], dict[str, int]]:
    """Return the headers and the variables of a call."""
    context = make_context()
    publication.publish(context)
    context.response = make_response()
    if settled:
        publication.settled(context, {RATE.counter: 80, QUOTA.counter: 800}, usage=USAGE)
    write_owed(context)
    return dict(context.response.headers), context.variables


def test_before_the_answer_the_state_of_admission_is_told() -> None:
    headers, variables = answer_of(
        Publication(Names(), rate=RATE, quota=QUOTA, remaining=(90, 900)), settled=False
    )
    assert headers == {"x-rate": "90", "x-quota": "900"}
    assert variables == {"rate": 90, "quota": 900}


def test_a_known_answer_updates_everything_and_tells_what_was_used() -> None:
    headers, variables = answer_of(
        Publication(Names(), rate=RATE, quota=QUOTA, remaining=(90, 900)), settled=True
    )
    assert headers == {"x-rate": "80", "x-quota": "800", "x-used": "13"}
    assert variables == {"rate": 80, "quota": 800, "used": 13}


def test_a_limit_without_a_quota_tells_of_the_rate_only() -> None:
    headers, variables = answer_of(
        Publication(Names(), rate=RATE, quota=None, remaining=(90,)), settled=True
    )
    assert headers == {"x-rate": "80", "x-used": "13"}
    assert variables == {"rate": 80, "used": 13}


def test_a_limit_without_a_rate_tells_of_the_quota_only() -> None:
    headers, variables = answer_of(
        Publication(Names(), rate=None, quota=QUOTA, remaining=(900,)), settled=True
    )
    assert headers == {"x-quota": "800", "x-used": "13"}
    assert variables == {"quota": 800, "used": 13}


def test_a_counter_that_the_settlement_does_not_know_keeps_its_number() -> None:
    context = make_context()
    publication = Publication(Names(), rate=RATE, quota=QUOTA, remaining=(90, 900))
    publication.settled(context, {QUOTA.counter: 800}, usage=USAGE)
    assert (context.variables["rate"], context.variables["quota"]) == (90, 800)


def test_without_names_nothing_is_told() -> None:
    assert answer_of(
        Publication(Nowhere(), rate=RATE, quota=QUOTA, remaining=(90, 900)), settled=True
    ) == ({}, {})


def test_nothing_left_is_told_and_no_number_is_not() -> None:
    context = make_context(response=make_response())
    publish(context, 0, variable="left", header="x-left")
    publish(context, None, variable="none", header="x-none")
    assert context.variables == {"left": 0}
    assert context.response is not None
    assert dict(context.response.headers) == {"x-left": "0"}
