from __future__ import annotations

from typing import Any

import msgspec
import pytest

from headgate.limits.operations import (
    Decision,
    Granted,
    QuotaRule,
    RateRule,
    Refused,
    Reserve,
    Weighed,
)
from headgate.model.clock import SECOND
from headgate.model.context import Context
from headgate.model.errors import CallError
from headgate.policy.answer_headers import AnswerHeaders
from headgate.policy.effects import Apply, CountPrompt
from headgate.policy.metering import Metering, TokenTerms
from headgate.testing.playbook import Playbook, compile_element, diagnose, make_context

BODY = b'{"model":"m","max_tokens":20,"messages":[{"role":"user","content":"hi"}]}'
RATE = '<llm-token-limit counter-key="k" tokens-per-minute="100"{} />'
BOTH = (
    '<llm-token-limit counter-key="k" tokens-per-minute="100" token-quota="1000"'
    ' token-quota-period="Daily"{} />'
)
ESTIMATE = ' estimate-prompt-tokens="true"'
LIFETIME = TokenTerms().hold_lifetime
NOTHING = Weighed(used=0, held=0, prompt=0, hold=0, needed=1, limit=100)


def question(body: bytes = BODY) -> Context:
    return make_context("POST", "https://gw.example/chat/completions", body=body)


def granted(*remaining: int) -> Granted:
    return Granted(remaining, hold=20, tested=(NOTHING,) * len(remaining))


def refused_by(rule: int, *, remaining: tuple[int, ...], **what: Any) -> Refused:
    tested = (NOTHING,) * len(remaining)
    return Refused(rule=rule, remaining=remaining, tested=tested, **what)


def reserve(prompt: int, *rules: RateRule | QuotaRule, **changes: Any) -> Apply:
    asked = Reserve(
        id=question().request_id,
        rules=rules or (RateRule("k", 100),),
        prompt=prompt,
        hold=20,
        mode="bounded",
        lifetime=LIFETIME,
        hold_least=20,
    )
    return Apply(msgspec.structs.replace(asked, **changes))


def refusal(xml: str, refused: Refused, *rules: RateRule | QuotaRule) -> tuple[CallError, Context]:
    context = question()
    playbook = Playbook(compile_element(xml), context)
    with pytest.raises(CallError) as raised:
        playbook.expect(reserve(0, *rules), refused).run()
    return raised.value, context


def test_without_an_estimate_no_prompt_is_counted() -> None:
    context = question()
    answer: Decision = granted(100)
    Playbook(compile_element(RATE.format("")), context).expect(reserve(0), answer).run()
    account: Metering = context.owners[Metering]
    assert account.reserved
    assert len(account.limits) == 1


def test_with_an_estimate_the_prompt_is_charged() -> None:
    playbook = Playbook(compile_element(RATE.format(ESTIMATE)), question())
    playbook.expect(CountPrompt, 8).expect(reserve(8), granted(92)).run()


def test_a_stream_is_always_estimated() -> None:
    context = question(BODY.replace(b'"model"', b'"stream":true,"model"'))
    playbook = Playbook(compile_element(RATE.format("")), context)
    playbook.expect(CountPrompt, 8).expect(reserve(8), granted(92)).run()


def test_several_limits_of_one_call_count_the_prompt_once() -> None:
    context = question()
    first = Playbook(compile_element(RATE.format(ESTIMATE)), context)
    first.expect(CountPrompt, 8).expect(reserve(8), granted(92)).run()
    Playbook(compile_element(RATE.format(ESTIMATE)), context).expect(reserve(8), granted(92)).run()
    assert len(context.owners[Metering].limits) == 2


def test_rate_and_quota_are_asked_together() -> None:
    context = question()
    names = (
        ' remaining-tokens-variable-name="rate" remaining-quota-tokens-variable-name="quota"'
        ' remaining-tokens-header-name="x-rate" remaining-quota-tokens-header-name="x-quota"'
        ' tokens-consumed-variable-name="used" tokens-consumed-header-name="x-used"'
    )
    rules = (RateRule("k", 100), QuotaRule("k", 1000, "Daily"))
    playbook = Playbook(compile_element(BOTH.format(names + ESTIMATE)), context)
    playbook.expect(CountPrompt, 8).expect(reserve(8, *rules), granted(92, 992)).run()
    assert context.variables == {"rate": 92, "quota": 992, "used": 8}
    assert context.owners[AnswerHeaders] == {"x-rate": "92", "x-quota": "992"}


@pytest.mark.parametrize(
    ("limit", "may_change"),
    [("100", False), ("@(100)", False), ("@(context.Variables.Count + 100)", True)],
)
def test_a_limit_that_an_expression_computes_may_change(limit: str, may_change: bool) -> None:
    xml = f'<llm-token-limit counter-key="k" tokens-per-minute="{limit}" />'
    asked = reserve(0, limit_may_change=may_change)
    Playbook(compile_element(xml), question()).expect(asked, granted(100)).run()


@pytest.mark.parametrize("period", ["hourly", "MONTHLY", "@(&quot;hourly&quot;)"])
def test_a_period_is_taken_in_any_case(period: str) -> None:
    xml = f'<llm-token-limit counter-key="k" token-quota="5" token-quota-period="{period}" />'
    name: Any = "Monthly" if period == "MONTHLY" else "Hourly"
    asked = reserve(0, QuotaRule("k", 5, name))
    Playbook(compile_element(xml), question()).expect(asked, granted(5)).run()


def test_a_period_that_is_none_ends_as_an_expression_that_failed() -> None:
    xml = (
        '<llm-token-limit counter-key="k" token-quota="5" token-quota-period="@(&quot;x&quot;)" />'
    )
    with pytest.raises(CallError) as raised:
        Playbook(compile_element(xml), question()).run()
    assert raised.value.reason == "ExpressionValueEvaluationFailure"


@pytest.mark.parametrize(
    ("wait", "seconds"), [(1, 1), (SECOND, 1), (SECOND + 1, 2), (41 * SECOND, 41)]
)
def test_a_refused_rate_is_429_with_whole_seconds(wait: int, seconds: int) -> None:
    refused = refused_by(0, wait=wait, remaining=(0,), needed=1, limit=100)
    error, context = refusal(RATE.format(' remaining-tokens-header-name="x-left"'), refused)
    assert (error.status, error.reason) == (429, "OpenAITokenLimitExceeded")
    assert error.message == f"Token limit is exceeded. Try again in {seconds} seconds."
    assert error.headers == (("Retry-After", str(seconds)),)
    assert context.owners[AnswerHeaders] == {"x-left": "0"}
    assert not context.owners[Metering].reserved
    assert context.owners[Metering].limits == []


def test_a_refused_quota_is_403_with_a_wait_for_people() -> None:
    rules = (RateRule("k", 100), QuotaRule("k", 1000, "Daily"))
    refused = refused_by(
        1,
        wait=1293 * SECOND,
        remaining=(
            7,
            0,
        ),
        needed=1,
        limit=1000,
    )
    names = ' retry-after-header-name="x-wait" retry-after-variable-name="wait"'
    error, context = refusal(BOTH.format(names), refused, *rules)
    assert (error.status, error.reason) == (403, "OpenAITokenQuotaExceeded")
    assert error.message == "Token quota is exceeded. Try again in 21 minutes and 33 seconds."
    assert error.headers == (("x-wait", "1293"),)
    assert context.variables == {"wait": 1293}


def test_a_call_that_can_never_fit_is_told_so() -> None:
    refused = refused_by(0, wait=None, remaining=(0,), needed=101, limit=100)
    error, _ = refusal(RATE.format(""), refused)
    assert error.message == "This request needs 101 tokens and can never fit into the limit of 100."
    assert error.headers == (("x-should-retry", "false"),)


@pytest.mark.parametrize("name", ["llm-token-limit", "azure-openai-token-limit"])
def test_the_error_names_the_element_as_it_was_written(name: str) -> None:
    refused = refused_by(0, wait=1, remaining=(0,), needed=1, limit=100)
    error, _ = refusal(f'<{name} counter-key="k" tokens-per-minute="100" />', refused)
    assert error.source == name
    assert error.where is not None
    assert error.where.path == f"{name}[1]"


def test_a_request_that_cannot_be_read_is_not_admitted() -> None:
    with pytest.raises(CallError) as raised:
        Playbook(compile_element(RATE.format("")), question(b"hello")).run()
    assert raised.value.status == 400


def test_the_services_terms_decide_how_calls_are_admitted() -> None:
    context = question()
    context.owners[TokenTerms] = TokenTerms(admission="apim", hold_lifetime=5)
    asked = reserve(0, mode="apim", lifetime=5)
    Playbook(compile_element(RATE.format("")), context).expect(asked, granted(100)).run()


@pytest.mark.parametrize(
    ("attributes", "codes"),
    [
        ('tokens-per-minute="0"', []),
        ('tokens-per-minute="-1"', ["HG144"]),
        ('token-quota="1"', ["HG153"]),
        ('token-quota-period="Daily"', ["HG153", "HG153"]),
        ('token-quota="1" token-quota-period="Minutely"', ["HG145"]),
        ("", ["HG153"]),
        ('tokens-per-minute="1" remaining-tokens-header-name="no name"', ["HG143"]),
    ],
)
def test_what_is_wrong_is_found_at_load(attributes: str, codes: list[str]) -> None:
    assert diagnose(f'<llm-token-limit counter-key="k" {attributes} />') == codes
