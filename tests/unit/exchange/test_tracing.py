from __future__ import annotations

import pytest

from headgate.exchange.tracing import TOKEN_MAX, Tracer, debug_token, verdict
from headgate.model.clock import SECOND, Micros
from headgate.model.context import Context
from headgate.model.entities import Api, Subscription
from headgate.model.errors import LastError
from headgate.policy.tracing import CallTrace
from headgate.testing.playbook import make_context, make_response
from headgate.testing.snapshots import empty_plan

SECRET = bytes(range(16))
API = Api(id="chat", name="Chat", path="chat")


def tracer() -> Tracer:
    return Tracer(
        lambda api, operation, *, product: empty_plan(),
        secret=SECRET,
        secrets=("sealed",),
        location="http://m:1/traces/",
    )


def call(*, may_trace: bool = True, **headers: str) -> Context:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    context = make_context("POST", "https://gw.example/chat?k=sealed", headers=named)
    context.api = API
    context.subscription = Subscription(
        id="s", name="S", scope="all", primary_key="p", allow_tracing=may_trace
    )
    return context


def token(*, api: str = "chat", seconds: int = 60) -> str:
    now = call().timestamp
    return debug_token(SECRET, api=api, expires=Micros(now + seconds * SECOND))


@pytest.mark.parametrize(
    ("value", "may_trace", "traced"),
    [("true", True, True), ("TRUE", True, True), ("false", True, False), ("true", False, False)],
)
def test_a_subscription_that_may_asks_by_header(value: str, may_trace: bool, traced: bool) -> None:
    context = call(may_trace=may_trace, Ocp_Apim_Trace=value)
    assert tracer().begin(context) is traced
    assert context.tracing is traced
    assert "Ocp-Apim-Trace" not in context.request.headers


def test_other_calls_are_left_alone() -> None:
    context = call(a="1")
    assert not tracer().begin(context)
    assert CallTrace not in context.owners
    context.response = make_response()
    tracer().end(context)
    assert list(context.response.headers) == []


@pytest.mark.parametrize(
    ("given", "traced", "told"),
    [
        (token(), True, ["Apim-Trace-Id", "Ocp-Apim-Trace-Location"]),
        (token(seconds=0), False, ["Apim-Debug-Authorization-Expired"]),
        (token(api="other"), False, ["Apim-Debug-Authorization-WrongAPI"]),
        ("nonsense", False, []),
    ],
)
def test_a_debug_token_is_enough(given: str, traced: bool, told: list[str]) -> None:
    context = call(may_trace=False, Apim_Debug_Authorization=given)
    assert tracer().begin(context) is traced
    assert "Apim-Debug-Authorization" not in context.request.headers
    context.response = make_response()
    tracer().end(context)
    assert context.response.headers.names() == told


def test_a_call_without_an_answer_tells_nothing() -> None:
    context = call(Ocp_Apim_Trace="true")
    tracer().begin(context)
    tracer().end(context)
    assert len(context.owners[CallTrace].steps) == 1


def test_request_and_answer_are_recorded_without_secrets() -> None:
    context = call(Ocp_Apim_Trace="true", Authorization="Bearer x", my_key="caller-key", a="sealed")
    context.request.caller_key = [context.request.headers.items[2]]
    tracing = tracer()
    assert tracing.begin(context)
    context.response = make_response(403, headers={"Set-Cookie": "s=1", "b": "2"})
    context.last_error = LastError(source="quota", reason="QuotaExceeded", message="Out.")
    tracing.end(context)
    request, response = context.owners[CallTrace].steps
    inputs = dict(request.inputs)
    assert inputs["url"] == "https://gw.example/chat?k=***"
    assert inputs["header Authorization"] == inputs["header my-key"] == inputs["header a"] == "***"
    assert (inputs["api"], inputs["subscription"]) == ("chat", "s")
    answered = dict(response.inputs)
    assert (answered["header Set-Cookie"], answered["header b"]) == ("***", "2")
    assert response.outcome == "quota QuotaExceeded: Out."
    location = context.response.headers.get("Ocp-Apim-Trace-Location")
    assert location == f"http://m:1/traces/{context.request_id}"


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        ".",
        "a.b",
        "ä.ö",
        token()[:-2] + "AA",
        token().replace(".", ""),
        "A" + token(),
        token() + "." + token(),
        "x" * TOKEN_MAX + "." + "y",
    ],
)
def test_damaged_tokens_are_worth_nothing(damaged: str) -> None:
    found = verdict(SECRET, damaged.encode(), api="chat", now=Micros(0))
    assert found == "invalid"


def test_a_token_of_another_gateway_is_worth_nothing() -> None:
    assert verdict(b"other", token().encode(), api="chat", now=Micros(0)) == "invalid"


@pytest.mark.parametrize("written", ["my+own/key==", "my%2Bown%2Fkey%3D%3D"])
def test_key_in_the_query_is_masked(written: str) -> None:
    context = make_context(
        "POST",
        f"https://gw.example/chat?subscription-key={written}",
        headers={"Ocp-Apim-Trace": "true"},
    )
    context.api = API
    context.subscription = Subscription(
        id="s", name="S", scope="all", primary_key="my+own/key==", allow_tracing=True
    )
    assert tracer().begin(context)
    inputs = dict(context.owners[CallTrace].steps[0].inputs)
    assert inputs["url"] == "https://gw.example/chat?subscription-key=***"
