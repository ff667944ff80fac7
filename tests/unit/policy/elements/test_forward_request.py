from __future__ import annotations

import pytest

from headgate.model.clock import SECOND
from headgate.model.context import Context
from headgate.model.entities import Backend, CircuitBreaker
from headgate.model.errors import CallError, Fault
from headgate.model.messages import Body
from headgate.policy.backends import Backends, choose_backend
from headgate.policy.effects import Forward, ForwardFailed, ReadResponseBody
from headgate.policy.metering import Metering, meter
from headgate.testing.playbook import (
    Playbook,
    compile_element,
    diagnose,
    make_context,
    make_response,
)


def sent(attributes: str, effect: Forward, context: Context | None = None) -> Context:
    """Forward, expecting this effect; the answer is there."""
    context = context or make_context(response=make_response())
    step = compile_element(f"<forward-request {attributes} />", section="backend")
    Playbook(step, context).expect(effect, None).run()
    return context


@pytest.mark.parametrize(
    ("attributes", "timeout"),
    [
        ("", 300 * SECOND),
        ('timeout="3"', 3 * SECOND),
        ('timeout="0"', 0),
        ('timeout="@(1 + 1)"', 2 * SECOND),
        ('timeout-ms="1500"', 1_500_000),
        ('timeout-ms="@(5)"', 5_000),
        ('http-version="2or1" continue-timeout="1" buffer-response="false"', 300 * SECOND),
    ],
)
def test_timeout_counts_in_seconds_or_milliseconds(attributes: str, timeout: int) -> None:
    sent(attributes, Forward(timeout))


def test_redirects_and_kept_bodies_are_asked_for() -> None:
    sent('follow-redirects="true"', Forward(300 * SECOND, follow_redirects=True))
    sent('buffer-request-body="true"', Forward(300 * SECOND, buffer_request_body=True))


def failure(failed: ForwardFailed, context: Context) -> CallError:
    step = compile_element("<forward-request />", section="backend")
    with pytest.raises(CallError) as raised:
        Playbook(step, context).expect(Forward(300 * SECOND), failed).run()
    return raised.value


@pytest.mark.parametrize(
    ("kind", "status", "reason", "fault"),
    [
        ("refused", 502, "BackendConnectionFailure", Fault.UPSTREAM),
        ("tls", 502, "BackendConnectionFailure", Fault.UPSTREAM),
        ("broken", 502, "BackendConnectionFailure", Fault.UPSTREAM),
        ("malformed", 502, "BackendConnectionFailure", Fault.UPSTREAM),
        ("timeout", 504, "Timeout", Fault.UPSTREAM),
        ("no-backend", 500, "BackendNotConfigured", Fault.OPERATOR),
        ("denied", 500, "BackendDenied", Fault.OPERATOR),
        ("unsent", 500, "RequestNotSendable", Fault.OPERATOR),
    ],
)
def test_each_failure_has_its_status_and_its_culprit(
    kind: str, status: int, *, reason: str, fault: Fault
) -> None:
    error = failure(ForwardFailed(kind, "why"), make_context())  # type: ignore[arg-type]  # a table
    assert (error.status, error.reason, error.fault) == (status, reason, fault)
    assert error.source == "forward-request"


def test_a_request_that_got_no_answer_leaves_none_of_an_earlier_attempt() -> None:
    context = make_context(response=make_response(429))
    failure(ForwardFailed("refused", "why"), context)
    assert context.response is None


@pytest.mark.parametrize(
    ("status", "fails"), [(200, False), (399, False), (400, True), (599, True), (600, False)]
)
def test_an_error_status_fails_the_call_where_that_is_wanted(status: int, fails: bool) -> None:
    context = make_context(response=make_response(status))
    sent("", Forward(300 * SECOND), context)
    step = compile_element(
        '<forward-request fail-on-error-status-code="true" />', section="backend"
    )
    playbook = Playbook(step, context).expect(Forward(300 * SECOND), None)
    if not fails:
        playbook.run()
        return
    with pytest.raises(CallError) as raised:
        playbook.run()
    assert (raised.value.status, raised.value.reason) == (status, "BackendErrorStatus")


def test_a_metered_call_notes_that_it_was_sent_and_reads_the_answer() -> None:
    context = make_context("POST", "https://gw/chat/completions", body=b'{"messages":[]}')
    meter(context)
    context.response = make_response(200, headers={"Content-Type": "application/json"})
    context.response.body = Body(b'{"usage":{"prompt_tokens":1}}', complete=False)
    step = compile_element("<forward-request />", section="backend")
    playbook = Playbook(step, context).expect(Forward(300 * SECOND), None)
    playbook.expect(ReadResponseBody, None).run()
    account: Metering = context.owners[Metering]
    assert account.sent
    assert account.usage is not None
    assert account.usage.input_tokens == 1


def test_a_metered_call_that_reached_nobody_was_not_sent() -> None:
    context = make_context("POST", "https://gw/chat/completions", body=b'{"messages":[]}')
    meter(context)
    failure(ForwardFailed("refused", "why"), context)
    assert not context.owners[Metering].sent


def test_a_metered_call_that_a_breaker_keeps_away_was_not_sent() -> None:
    rule = CircuitBreaker(count=1, interval=1, statuses=((500, 599),), trip_duration=SECOND)
    backends = Backends([Backend(id="a", url="http://a", breaker=rule)])
    step = compile_element("<forward-request />", section="backend")
    for status, reply in ((502, ForwardFailed("refused", "why")), (503, None)):
        context = make_context("POST", "https://gw/chat/completions", body=b'{"messages":[]}')
        context.owners[Backends] = backends
        choose_backend(context, "a", scope="api")
        meter(context)
        playbook = Playbook(step, context)
        if reply is not None:
            playbook.expect(Forward(300 * SECOND), reply)
        with pytest.raises(CallError) as raised:
            playbook.run()
        assert raised.value.status == status
        assert not context.owners[Metering].sent


@pytest.mark.parametrize(
    ("xml", "section", "codes"),
    [
        ('<forward-request timeout="1" timeout-ms="1" />', "backend", ["HG153"]),
        ('<forward-request timeout="-1" />', "backend", ["HG144"]),
        ('<forward-request http-version="3" />', "backend", ["HG145"]),
        ("<forward-request />", "inbound", ["HG147"]),
    ],
)
def test_what_is_wrong_is_found_at_load(xml: str, section: str, *, codes: list[str]) -> None:
    assert diagnose(xml, section=section) == codes
