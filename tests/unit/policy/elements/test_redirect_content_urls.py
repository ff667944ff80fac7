from __future__ import annotations

import pytest

from headgate.model.context import Context
from headgate.model.entities import Api
from headgate.model.messages import Url
from headgate.testing.playbook import Playbook, compile_element, make_context, make_response

XML = "<redirect-content-urls />"


def context_of(
    body: str, *, base: str = "http://llm.internal:81/v1", media_type: str | None = "text/html"
) -> Context:
    headers = {} if media_type is None else {"Content-Type": media_type}
    context = make_context(
        "POST",
        "https://gateway.example/openai/chat",
        headers=headers,
        body=body.encode(),
        response=make_response(200, body.encode(), headers=headers),
    )
    context.api = Api(id="llm", name="", path="openai")
    context.base = Url.parse(base)
    return context


def answer(body: str, **given: str | None) -> str:
    context = context_of(body, **given)  # type: ignore[arg-type]  # base is never None here
    Playbook(compile_element(XML, section="outbound"), context).run()
    assert context.response is not None
    assert context.response.body is not None
    return context.response.body.outgoing.decode()


@pytest.mark.parametrize(
    ("body", "result"),
    [
        ("http://llm.internal:81/v1/files/7", "https://gateway.example/openai/files/7"),
        ("https://llm.internal:81/v1?x=1", "https://gateway.example/openai?x=1"),
        ('"HTTP://LLM.internal:81/v1"', '"https://gateway.example/openai"'),
        (r'"http:\/\/llm.internal:81\/v1\/a"', r'"https:\/\/gateway.example\/openai\/a"'),
        ("http://llm.internal:81/v10", "http://llm.internal:81/v10"),
        ("http://llm.internal:81/v1.js", "http://llm.internal:81/v1.js"),
        ("http://llm.internal/v1", "http://llm.internal/v1"),
        ("http://llmxinternal:81/v1", "http://llmxinternal:81/v1"),
        ("xhttp://llm.internal:81/v1", "xhttp://llm.internal:81/v1"),
        ("nothing", "nothing"),
    ],
)
def test_links_to_the_backend_lead_to_the_gateway(body: str, result: str) -> None:
    assert answer(body) == result


def test_a_backend_without_a_path_keeps_what_follows() -> None:
    body = "http://llm.internal/a http://llm.internal:8080/ http://llm.internal.evil/"
    assert answer(body, base="http://llm.internal/") == (
        "https://gateway.example/openai/a http://llm.internal:8080/ http://llm.internal.evil/"
    )


LINK = "http://llm.internal:81/v1"


@pytest.mark.parametrize(
    ("media_type", "changes"),
    [
        (None, True),
        ("application/json; charset=utf-8", True),
        ("application/hal+json", True),
        ("application/atom+xml", True),
        ("text/event-stream", True),
        ("image/png", False),
        ("application/octet-stream", False),
    ],
)
def test_only_texts_are_changed(media_type: str | None, changes: bool) -> None:
    assert (answer(LINK, media_type=media_type) != LINK) is changes


def test_in_inbound_links_to_the_gateway_lead_to_the_backend() -> None:
    context = context_of("see http://gateway.example/openai/files and https://gateway.example/x")
    Playbook(compile_element(XML), context).run()
    assert context.request.body is not None
    assert context.request.body.outgoing == (
        b"see http://llm.internal:81/v1/files and https://gateway.example/x"
    )


def test_the_version_in_the_path_belongs_to_the_api() -> None:
    context = context_of(LINK)
    context.api = Api(id="llm", name="", path="openai", version="v2", version_in_path=True)
    Playbook(compile_element(XML, section="outbound"), context).run()
    assert context.response is not None
    assert context.response.body is not None
    assert context.response.body.outgoing == b"https://gateway.example/openai/v2"


def test_a_call_that_went_nowhere_is_left_alone() -> None:
    context = context_of(LINK)
    context.base = None
    Playbook(compile_element(XML, section="outbound"), context).run()
