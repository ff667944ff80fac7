from __future__ import annotations

import pytest

from headgate.model.context import Context
from headgate.model.messages import Response
from headgate.policy.metering import meter
from headgate.policy.semantic import TEXT_MAX, Unsuited, is_whole, suited
from headgate.testing.playbook import make_context, make_response
from headgate.tokens.request import LlmRequest, read_request

CHAT = "https://gateway.example/chat/completions"
HI = b'{"messages":[{"role":"user","content":"hi"}]}'
EVENT = b'data: {"choices":[{"delta":{"content":"a"}}]}\n\n'


def calling(body: bytes | None = HI, *, method: str = "POST", url: str = CHAT) -> Context:
    return make_context(method, url, body=body)


def chat(text: str, turns: int = 1) -> bytes:
    return b'{"messages":[' + b",".join([b'"%b"' % text.encode()] * turns) + b"]}"


def test_chat_is_suited() -> None:
    said, llm = suited(calling(), most=None)
    assert said.turns == (("user", "hi"),)
    assert llm.dialect.name == "openai-chat"


def test_request_that_was_read_before_is_not_read_again() -> None:
    context = calling()
    account = meter(context)
    _, llm = suited(context, most=None)
    assert llm is account.llm


def test_messages_are_counted() -> None:
    suited(calling(chat("a", 3)), most=3)
    with pytest.raises(Unsuited, match="4 messages"):
        suited(calling(chat("a", 4)), most=3)


def test_longest_prompt() -> None:
    suited(calling(chat("a" * TEXT_MAX)), most=None)
    with pytest.raises(Unsuited, match="characters"):
        suited(calling(chat("a" * (TEXT_MAX + 1))), most=None)


@pytest.mark.parametrize(
    "context",
    [
        calling(None),
        calling(method="PUT"),
        calling(b"{"),
        calling(b'{"messages":[]}'),
        calling(b'{"input":"hi"}', url="https://gateway.example/embeddings"),
    ],
)
def test_other_requests_are_not(context: Context) -> None:
    with pytest.raises(Unsuited):
        suited(context, most=None)


def request(stream: bool = True) -> LlmRequest:
    return read_request("/chat/completions", b'{"stream":%b}' % (b"true" if stream else b"false"))


def answer(body: bytes, kind: str = "text/event-stream") -> Response:
    return make_response(200, body, headers={"Content-Type": kind})


def test_stream_is_whole_at_its_end() -> None:
    assert is_whole(answer(EVENT + b"data: [DONE]\n\n"), request())
    assert not is_whole(answer(EVENT), request())


def test_other_answer_is_whole_if_it_has_a_body() -> None:
    assert is_whole(answer(b"{}", "application/json"), request(stream=False))
    assert not is_whole(answer(b"", "application/json"), request(stream=False))
    assert not is_whole(Response(200, "OK", answer(b"").headers, None), request())
