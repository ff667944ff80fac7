from __future__ import annotations

from collections.abc import Generator
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from headgate.model.clock import SECOND, Micros
from headgate.model.context import Context
from headgate.model.entities import (
    Authorization,
    Backend,
    BackendCredentials,
    BackendPool,
    CircuitBreaker,
    ManagedIdentity,
    PoolMember,
)
from headgate.model.errors import CallError, Fault
from headgate.model.facts import BreakerTurned
from headgate.model.messages import Headers, Response, Url
from headgate.policy.attempt import FAILURES, failure, forwarded, retry_after
from headgate.policy.backends import Backends, choose_backend, session_id
from headgate.policy.effects import FetchToken, Forward, ForwardFailed, TokenFailed
from headgate.testing.playbook import make_context, make_response
from headgate.testing.virtual_clock import VirtualClock

RULE = CircuitBreaker(
    count=1,
    interval=60 * SECOND,
    statuses=((429, 429), (500, 599)),
    trip_duration=10 * SECOND,
    accept_retry_after=True,
)
CREDENTIALS = BackendCredentials(
    header=(("api-key", ("k1",)),),
    query=(("code", ("q 1",)),),
    authorization=Authorization(scheme="Bearer", parameter="t"),
)
A = Backend(id="a", url="https://a.example/base", breaker=RULE)
B = Backend(id="b", url="https://b.example", breaker=RULE)
BOTH = BackendPool(members=(PoolMember(id="a"), PoolMember(id="b")))
IN_ORDER = BackendPool(members=(PoolMember(id="a"), PoolMember(id="b", priority=2)))
Steps = Generator[Any, Any, Any]


class Calls:
    """Calls of one process, under one clock."""

    def __init__(self, *backends: Backend, chosen: str | None = "pool") -> None:
        self.backends = Backends(backends)
        self.chosen = chosen
        self.clock = VirtualClock(Micros(0))

    def context(self, cookie: str | None = None) -> Context:
        context = make_context("POST", "https://gateway.example/chat?a=1&CODE=mine")
        context.clock = self.clock
        context.entropy = None
        context.remainder = "/chat"
        context.owners[Backends] = self.backends
        context.request.headers.set("API-Key", "mine")
        if cookie is not None:
            context.request.headers.set("Cookie", cookie)
        if self.chosen is not None:
            choose_backend(context, self.chosen, scope="api")
        return context

    def call(
        self,
        answer: int | ForwardFailed = 200,
        *,
        context: Context | None = None,
        headers: dict[str, str] | None = None,
    ) -> str:
        """Forward once; return the backend that was called."""
        context = context or self.context()
        steps = forwarded(context, Forward(1))
        assert isinstance(next(steps), Forward)
        assert context.backend is not None
        assert context.request.url.host == f"{context.backend.id}.example"
        finish(steps, context, answer, headers=headers or {})
        return context.backend.id


def finish(
    steps: Steps, context: Context, answer: int | ForwardFailed, *, headers: dict[str, str]
) -> None:
    reply = answer if isinstance(answer, ForwardFailed) else None
    if isinstance(answer, int):
        context.response = make_response(answer, headers=headers)
    with pytest.raises(StopIteration) as stopped:
        steps.send(reply)
    assert stopped.value.value is reply


def refusal(calls: Calls, context: Context | None = None) -> CallError:
    with pytest.raises(CallError) as caught:
        next(forwarded(context or calls.context(), Forward(1)))
    return caught.value


def pooled(pool: BackendPool, *members: Backend) -> Calls:
    return Calls(*(members or (A, B)), Backend(id="pool", pool=pool))


def wait(calls: Calls, seconds: float) -> None:
    calls.clock.advance(round(seconds * SECOND))


# Pools.


def test_each_attempt_of_a_pool_goes_to_whose_turn_it_is() -> None:
    calls = pooled(BOTH)
    assert [calls.call() for _ in range(4)] == ["a", "b", "a", "b"]


def test_a_second_attempt_of_a_call_goes_to_another_member() -> None:
    plain = [msgspec.structs.replace(backend, breaker=None) for backend in (A, B)]
    rarely = BackendPool(members=(PoolMember(id="a"), PoolMember(id="b", weight=0)))
    calls = pooled(rarely, *plain)
    context = calls.context()
    assert [calls.call(429, context=context) for _ in range(2)] == ["a", "b"]


def test_the_next_group_takes_over_while_a_breaker_is_open_and_hands_back() -> None:
    calls = pooled(IN_ORDER)
    assert calls.call(429) == "a"
    assert [calls.call() for _ in range(3)] == ["b"] * 3
    wait(calls, 10)
    assert [calls.call() for _ in range(3)] == ["a"] * 3


def test_the_next_group_does_not_take_over_for_a_member_that_was_only_tried() -> None:
    calls = pooled(IN_ORDER, msgspec.structs.replace(A, breaker=None), B)
    context = calls.context()
    assert [calls.call(429, context=context) for _ in range(2)] == ["a", "a"]


def test_only_one_call_goes_on_trial() -> None:
    calls = pooled(IN_ORDER)
    calls.call(429)
    wait(calls, 10)
    first = calls.context()
    trial = forwarded(first, Forward(1))
    next(trial)
    assert first.backend is A
    assert calls.call() == "b"
    finish(trial, first, 200, headers={})
    assert calls.call() == "a"


def test_a_trial_whose_client_leaves_makes_room_for_another() -> None:
    calls = pooled(IN_ORDER)
    calls.call(429)
    wait(calls, 10)
    trial = forwarded(calls.context(), Forward(1))
    next(trial)
    trial.close()
    assert calls.call() == "a"


def test_a_pool_without_available_members_is_503_until_the_first_one_is_back() -> None:
    calls = pooled(IN_ORDER)
    calls.call(429, headers={"Retry-After": "30"})
    calls.call(429)
    wait(calls, 2.5)
    context = calls.context()
    context.response = make_response(429)
    error = refusal(calls, context)
    assert (error.status, error.reason, error.source) == (503, "PoolIsInactive", "forward-request")
    assert error.headers == (("Retry-After", "8"),)
    assert error.fault is Fault.UPSTREAM
    assert "pool" not in error.message
    assert error.detail == "Backend pool pool is temporarily unavailable."
    assert context.response is None


def test_a_pool_may_refuse_with_another_status() -> None:
    calls = pooled(msgspec.structs.replace(IN_ORDER, refusal=429))
    calls.call(500)
    calls.call(500)
    assert refusal(calls).status == 429


def test_credentials_are_those_of_the_member() -> None:
    calls = pooled(BOTH, msgspec.structs.replace(A, credentials=CREDENTIALS), B)
    for expected in (["k1"], ["mine"]):
        context = calls.context()
        steps = forwarded(context, Forward(1))
        next(steps)
        assert context.request.headers.values("api-key") == expected
        steps.close()


# Sessions.

STICKY = BackendPool(members=BOTH.members, session_cookie="SID")


def cookie_of(backend: str) -> str:
    return f"SID={session_id('pool', backend)}"


def cookie_set(context: Context) -> list[str]:
    assert context.response is not None
    return context.response.headers.values("Set-Cookie")


def test_a_new_client_gets_a_cookie_for_its_member() -> None:
    calls = pooled(STICKY)
    context = calls.context()
    calls.call(context=context)
    assert cookie_set(context) == [f"{cookie_of('a')}; Path=/; HttpOnly; Secure"]


def test_a_client_stays_at_its_member_and_gets_no_new_cookie() -> None:
    calls = pooled(STICKY)
    for _ in range(3):
        context = calls.context(f'other="x"; {cookie_of("b")}')
        assert calls.call(context=context) == "b"
        assert cookie_set(context) == []


def test_a_retry_stays_at_the_member_of_the_session() -> None:
    calls = pooled(STICKY, *(msgspec.structs.replace(x, breaker=None) for x in (A, B)))
    context = calls.context(cookie_of("b"))
    assert [calls.call(429, context=context) for _ in range(2)] == ["b", "b"]


def test_a_client_whose_member_is_out_moves_on() -> None:
    calls = pooled(STICKY)
    calls.call(429, context=calls.context(cookie_of("b")))
    context = calls.context(cookie_of("b"))
    assert calls.call(context=context) == "a"
    assert cookie_set(context) == [f"{cookie_of('a')}; Path=/; HttpOnly; Secure"]


@pytest.mark.parametrize("cookie", ["SID=forged", "SID=", "SID", "sid=x", ";;="])
def test_a_cookie_that_names_nobody_is_replaced(cookie: str) -> None:
    calls = pooled(STICKY)
    context = calls.context(cookie)
    calls.call(context=context)
    assert len(cookie_set(context)) == 1


def test_a_client_over_plain_http_gets_a_cookie_for_plain_http() -> None:
    calls = pooled(STICKY)
    context = calls.context()
    context.request.original_url = Url.parse("http://gateway.example/chat")
    calls.call(context=context)
    assert "Secure" not in cookie_set(context)[0]


def test_a_member_that_does_not_answer_sets_no_cookie() -> None:
    calls = pooled(STICKY)
    context = calls.context()
    calls.call(ForwardFailed("refused", "why"), context=context)
    assert context.response is None


# Breakers.


def test_an_open_breaker_of_a_single_backend_is_503() -> None:
    calls = Calls(A, chosen="a")
    calls.call(500)
    error = refusal(calls)
    assert (error.status, error.reason) == (503, "BackendIsInactive")
    assert error.headers == (("Retry-After", "10"),)
    wait(calls, 9.999999)
    assert refusal(calls).headers == (("Retry-After", "1"),)
    wait(calls, 0.000001)
    assert calls.call() == "a"


def test_a_rule_may_refuse_with_another_status() -> None:
    calls = Calls(
        msgspec.structs.replace(A, breaker=msgspec.structs.replace(RULE, refusal=429)), chosen="a"
    )
    calls.call(500)
    assert refusal(calls).status == 429


def test_opening_and_closing_are_facts() -> None:
    calls = Calls(A, chosen="a")
    for status, fact in ((429, BreakerTurned("a", 7 * SECOND)), (200, BreakerTurned("a", 0))):
        context = calls.context()
        calls.call(status, context=context, headers={"Retry-After": "7"})
        assert context.facts == [fact]
        wait(calls, 7)
    context = calls.context()
    calls.call(context=context)
    assert context.facts == []


@pytest.mark.parametrize(
    ("kind", "counts"),
    [
        ("refused", True),
        ("timeout", True),
        ("broken", True),
        ("tls", True),
        ("malformed", True),
        ("denied", False),
        ("no-backend", False),
        ("unsent", False),
    ],
)
def test_what_is_not_the_backends_doing_does_not_count(kind: str, counts: bool) -> None:
    calls = Calls(A, chosen="a")
    calls.call(ForwardFailed(kind, "why"))  # type: ignore[arg-type]  # a table
    if counts:
        assert refusal(calls).status == 503
    else:
        assert calls.call() == "a"


def test_a_backend_is_guarded_although_no_policy_chose_it() -> None:
    calls = Calls(A, chosen=None)
    context = calls.context()
    context.aim(Url.parse(A.url))
    assert calls.call(429, context=context) == "a"
    again = calls.context()
    again.aim(Url.parse(A.url))
    assert refusal(calls, again).status == 503


def test_what_goes_to_no_backend_is_forwarded_as_it_is() -> None:
    calls = Calls(A, chosen=None)
    for base in (None, Url.parse("http://elsewhere")):
        context = calls.context()
        if base is not None:
            context.aim(base)
        steps = forwarded(context, Forward(1))
        assert isinstance(next(steps), Forward)
        finish(steps, context, 200, headers={})
        assert context.backend is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("3", 3),
        (" 3 ", 3),
        ("86400", 86400),
        ("86401", 86400),
        ("9" * 5000, 86400),
        ("Thu, 01 Jan 1970 00:01:40 GMT", 40),
        ("Thu, 01 Jan 1970 00:01:40 -0000", 40),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86400),
        ("1.5", None),
        ("-1", None),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: int | None) -> None:
    response = Response(429, "", Headers.of(("Retry-After", value)), None)
    expected = None if seconds is None else seconds * SECOND
    assert retry_after(response, Micros(60 * SECOND)) == expected


def test_no_retry_after_asks_for_nothing() -> None:
    assert retry_after(make_response(), Micros(0)) is None


# Failures.


def test_no_kind_of_failure_is_forgotten() -> None:
    assert set(get_args(get_type_hints(ForwardFailed)["kind"])) == set(FAILURES)


@pytest.mark.parametrize("kind", list(FAILURES))
def test_where_the_backend_is_is_told_to_policies_and_not_to_callers(kind: str) -> None:
    message = "No connection to db.internal:5432"
    error = failure(ForwardFailed(kind, message))  # type: ignore[arg-type]  # a table
    assert error.detail == message
    assert "internal:" not in error.message


# Credentials.


def with_credentials(credentials: BackendCredentials) -> Context:
    return Calls(
        Backend(id="a", url="https://a.example", credentials=credentials), chosen="a"
    ).context()


def state(context: Context) -> tuple[str, list[tuple[str, str]]]:
    return context.request.url.query_string, list(context.request.headers)


def test_credentials_replace_what_the_caller_sent_while_the_request_is_forwarded() -> None:
    context = with_credentials(CREDENTIALS)
    steps = forwarded(context, Forward(1))
    assert isinstance(next(steps), Forward)
    assert state(context) == (
        "?a=1&code=q%201",
        [("api-key", "k1"), ("Authorization", "Bearer t")],
    )
    steps.close()


def test_credentials_come_off_with_the_answer() -> None:
    context = with_credentials(CREDENTIALS)
    steps = forwarded(context, Forward(1))
    next(steps)
    finish(steps, context, 200, headers={})
    assert state(context) == ("?a=1&CODE=mine", [("API-Key", "mine")])


def test_none_of_the_credentials_stays_on_when_one_is_impossible() -> None:
    broken = BackendCredentials(header=(("x-first", ("k1",)), ("x-second", ("a\nb",))))
    context = with_credentials(broken)
    with pytest.raises(CallError):
        next(forwarded(context, Forward(1)))
    assert state(context) == ("?a=1&CODE=mine", [("API-Key", "mine")])


def test_request_without_credentials_is_sent_as_it_is() -> None:
    context = with_credentials(BackendCredentials())
    headers = context.request.headers
    steps = forwarded(context, Forward(1))
    next(steps)
    assert context.request.headers is headers


IDENTITY = BackendCredentials(identity=ManagedIdentity(resource="https://r", client_id="c"))


def test_the_token_of_an_identity_is_sent() -> None:
    context = with_credentials(IDENTITY)
    steps = forwarded(context, Forward(1))
    asked = next(steps)
    assert isinstance(asked, FetchToken)
    assert (asked.resource, asked.client_id) == ("https://r", "c")
    assert isinstance(steps.send("token"), Forward)
    assert context.request.headers.get("Authorization") == "Bearer token"
    steps.close()
    assert context.request.headers.get("Authorization") is None


def test_without_a_token_the_call_fails_and_the_caller_is_not_told_why() -> None:
    steps = forwarded(with_credentials(IDENTITY), Forward(1))
    next(steps)
    with pytest.raises(CallError) as caught:
        steps.send(TokenFailed("The vault is sealed."))
    error = caught.value
    assert (error.status, error.reason, error.fault) == (500, "TokenNotAcquired", Fault.OPERATOR)
    assert (error.message, error.detail) == ("Internal server error", "The vault is sealed.")
