from __future__ import annotations

import json

import httpx2
import pytest

from headgate.cli.demo.clients import Caller, Ledger, Served, last_event, local

USAGE = {"usage": {"prompt_tokens": 23, "completion_tokens": 4}}


def client(answer: httpx2.Response) -> httpx2.Client:
    return httpx2.Client(transport=httpx2.MockTransport(lambda request: answer))


def test_a_plain_call_shows_usage_and_what_remains() -> None:
    answer = httpx2.Response(200, json=USAGE, headers={"x-remaining-tokens": "23"})
    with client(answer) as made:
        row = Caller(made, "http://gw", key="k", tag="t").chat(stream=False)
    assert (row.status, row.prompt, row.completion, row.remaining) == (200, 23, 4, 23)
    assert row.retry_after is None


def test_a_refusal_shows_its_wait_and_text() -> None:
    body = {"statusCode": 429, "message": "Token limit is exceeded. Try again in 9 seconds."}
    answer = httpx2.Response(429, json=body, headers={"retry-after": "9"})
    with client(answer) as made:
        row = Caller(made, "http://gw", key="k", tag="t").chat(stream=True)
    assert (row.status, row.retry_after) == (429, 9)
    assert row.message.startswith("Token limit is exceeded")


def test_a_stream_shows_the_usage_of_its_last_event() -> None:
    stream = b'data: {"a":1}\n\ndata: %b\n\ndata: [DONE]\n\n' % json.dumps(USAGE).encode()
    assert json.loads(last_event(stream)) == USAGE
    assert last_event(b"data: [DONE]\n\n") == b"{}"
    with client(httpx2.Response(200, content=stream)) as made:
        row = Caller(made, "http://gw", key="k", tag="t").chat(stream=True)
    assert (row.prompt, row.completion) == (23, 4)


def test_the_ledger_tells_calls_in_order() -> None:
    calls = [
        {"prompt_tokens": 1, "completion_tokens": 2},
        {"prompt_tokens": 3, "completion_tokens": 4},
    ]
    with client(httpx2.Response(200, json={"calls": calls})) as made:
        assert Ledger(made, "http://sim").calls("t") == [Served(1, 2), Served(3, 4)]


def test_proxies_of_the_environment_do_not_stand_before_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy:9")
    with local() as made:
        assert not made.trust_env
