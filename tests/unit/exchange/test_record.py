from __future__ import annotations

import pytest

from headgate.exchange.call import Call, Ending, begin
from headgate.exchange.record import finished, usage_record
from headgate.limits.operations import Granted, RateRule, Reserve, Weighed
from headgate.model.clock import MonotonicMicros
from headgate.model.entities import Api, Backend, Operation, Product, Subscription, User
from headgate.model.errors import LastError
from headgate.model.facts import TokensMetered, TraceMessage
from headgate.model.messages import Body, Headers, Request, Response, Url
from headgate.model.record import Admission, CounterReading, UsageRecord
from headgate.model.usage import TokenUsage
from headgate.policy.admission import Asked
from headgate.policy.metering import meter
from headgate.policy.schema import Site
from headgate.testing.snapshots import bare_snapshot
from headgate.testing.virtual_clock import VirtualClock

CLOCK = VirtualClock()
ASKED = Asked(
    Site(name="llm-token-limit"),
    Reserve("r", (RateRule("k", 10),), prompt=1, hold=0, mode="bounded", lifetime=1),
    Granted((4,), tested=(Weighed(2, 3, 1, 0, 1, 10),)),
)
ADMISSION = Admission(
    source="llm-token-limit",
    mode="bounded",
    asked=1,
    counters=(CounterReading(("tokens", 60_000_000, "k"), 10, 2, 3, 4, 1),),
)


def recorded(call: Call, *, currency: str = "") -> UsageRecord:
    return usage_record(finished(call), currency=currency)


@pytest.fixture
def call() -> Call:
    body = Body(b'{"model":"gpt-4o","messages":[]}')
    url = Url("http", "gw", 80, "/chat/completions", "")
    request = Request("POST", url, Headers(), body, "127.0.0.1")
    made = begin(bare_snapshot(), request, clock=CLOCK, request_id="r")
    made.ending = Ending.COMPLETE
    return made


def answer(call: Call, status: int, *headers: tuple[str, str]) -> None:
    call.context.response = Response(status, "", Headers.of(*headers), None)


def fail(call: Call) -> None:
    call.context.last_error = LastError(source="llm-token-limit", reason="R", message="m")


def test_a_complete_call_tells_who_called_what_and_what_it_used(call: Call) -> None:
    context = call.context
    context.api = Api(id="chat", name="Chat", path="chat")
    context.operation = Operation(id="post", name="Post", method="POST", url_template="/")
    context.product = Product(id="starter", name="Starter")
    context.subscription = Subscription(id="s", name="S", scope="all")
    context.user = User(id="u")
    context.backend = Backend(id="b", url="http://b")
    context.attempts = 2
    context.first_token = MonotonicMicros(context.started + 5)
    usage = TokenUsage(input_tokens=3, output_tokens=4, model="gpt-4o-2024")
    context.facts += [
        TraceMessage("t"),
        ASKED,
        TokensMetered(usage, "openai-chat", True, cost=7),
    ]
    answer(call, 200)
    CLOCK.advance(9)
    record = recorded(call, currency="USD")
    assert (record.id, record.time, record.duration, record.first_token) == (
        "r",
        context.timestamp,
        9,
        5,
    )
    assert (record.api, record.operation, record.product) == ("chat", "post", "starter")
    assert (record.subscription, record.user, record.backend) == ("s", "u", "b")
    assert (record.model, record.dialect, record.usage) == ("gpt-4o-2024", "openai-chat", usage)
    assert (record.cost, record.currency, record.attempts) == (7, "USD", 2)
    assert (record.status, record.ending, record.source) == (200, "complete", "")
    assert record.admissions == (ADMISSION,)


def test_a_refused_call_names_the_element_the_model_and_the_wait(call: Call) -> None:
    meter(call.context)
    fail(call)
    answer(call, 429, ("Retry-After", "12"))
    record = recorded(call)
    assert (record.ending, record.source, record.reason) == ("refused", "llm-token-limit", "R")
    assert (record.retry_after, record.model, record.dialect) == (12, "gpt-4o", "openai-chat")
    assert (record.usage, record.backend, record.attempts) == (None, "", 0)


@pytest.mark.parametrize("value", ["soon", "", "-1", "9" * 40])
def test_a_wait_that_is_no_number_of_seconds_is_not_recorded(call: Call, value: str) -> None:
    answer(call, 429, ("Retry-After", value))
    assert recorded(call).retry_after is None


@pytest.mark.parametrize(
    ("status", "attempts", "failed", "ending"),
    [
        (399, 0, False, "complete"),
        (400, 0, False, "refused"),
        (499, 0, True, "refused"),
        (500, 0, True, "failed"),
        (429, 1, False, "complete"),
        (502, 1, True, "failed"),
        (200, 0, True, "complete"),
    ],
)
def test_an_error_of_ours_is_told_from_a_backends(
    call: Call, status: int, attempts: int, failed: bool, ending: str
) -> None:
    call.context.attempts = attempts
    if failed:
        fail(call)
    answer(call, status)
    assert recorded(call).ending == ending


def test_a_broken_exchange_is_named_whatever_its_status(call: Call) -> None:
    call.ending = Ending.CLIENT_GONE
    answer(call, 200)
    assert recorded(call).ending == "client-gone"


def test_a_call_without_an_answer_has_status_0_and_the_backend_is_its_host(call: Call) -> None:
    call.ending = Ending.TIMED_OUT
    call.context.attempts = 1
    assert recorded(call).backend == ""
    call.context.base = Url("https", "llm.example", 443, "/", "")
    record = recorded(call)
    assert (record.status, record.backend, record.ending) == (0, "llm.example", "timed-out")


def test_what_is_taken_down_does_not_change_with_the_call(call: Call) -> None:
    answer(call, 200)
    done = finished(call)
    CLOCK.advance(5)
    call.context.attempts = 3
    answer(call, 500)
    record = usage_record(done)
    assert (record.status, record.attempts, record.duration) == (200, 0, 0)
