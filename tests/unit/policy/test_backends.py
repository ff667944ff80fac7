from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from headgate.model.context import Context
from headgate.model.entities import Authorization, Backend, BackendCredentials
from headgate.model.errors import CallError, Fault
from headgate.model.messages import Url
from headgate.policy.backends import Backends, choose_backend, forwarded
from headgate.policy.effects import Forward
from headgate.testing.playbook import make_context

URL = Url.parse("https://models.example/base/")
CREDENTIALS = BackendCredentials(
    header=(("api-key", ("k1",)),),
    query=(("code", ("q 1",)),),
    authorization=Authorization(scheme="Bearer", parameter="t"),
)


def backend(credentials: BackendCredentials | None = None) -> Backend:
    return Backend(id="Models", url=str(URL), credentials=credentials or BackendCredentials())


def context_with(entity: Backend) -> Context:
    context = make_context("POST", "https://gateway.example/chat?a=1&CODE=mine")
    context.remainder = "/chat"
    context.owners[Backends] = Backends({"models": (entity, URL)})
    context.request.headers.set("API-Key", "mine")
    return context


def started(context: Context) -> Generator[Any, Any, Any]:
    steps = forwarded(context, Forward(1))
    assert isinstance(next(steps), Forward)
    return steps


def state(context: Context) -> tuple[str, list[tuple[str, str]]]:
    return context.request.url.query_string, list(context.request.headers)


def test_backend_is_found_without_case_and_aimed_at() -> None:
    entity = backend()
    context = context_with(entity)
    choose_backend(context, "MODELS")
    assert context.backend is entity
    assert str(context.request.url) == "https://models.example/base/chat?a=1&CODE=mine"


def test_unknown_id_is_the_operators_fault() -> None:
    with pytest.raises(CallError, match="No backend has the id other") as caught:
        choose_backend(context_with(backend()), "other")
    assert (caught.value.status, caught.value.fault) == (500, Fault.OPERATOR)


def test_service_without_backends_knows_no_id() -> None:
    with pytest.raises(CallError):
        choose_backend(make_context(), "models")


def test_credentials_replace_what_the_caller_sent_while_the_request_is_forwarded() -> None:
    context = context_with(backend(CREDENTIALS))
    choose_backend(context, "models")
    steps = started(context)
    assert state(context) == (
        "?a=1&code=q%201",
        [("api-key", "k1"), ("Authorization", "Bearer t")],
    )
    steps.close()


def test_credentials_come_off_with_the_answer() -> None:
    context = context_with(backend(CREDENTIALS))
    choose_backend(context, "models")
    steps = started(context)
    with pytest.raises(StopIteration) as stopped:
        steps.send("reply")
    assert stopped.value.value == "reply"
    assert state(context) == ("?a=1&CODE=mine", [("API-Key", "mine")])


def test_none_of_the_credentials_stays_on_when_one_is_impossible() -> None:
    broken = BackendCredentials(header=(("x-first", ("k1",)), ("x-second", ("a\nb",))))
    context = context_with(backend(broken))
    choose_backend(context, "models")
    with pytest.raises(CallError):
        next(forwarded(context, Forward(1)))
    assert state(context) == ("?a=1&CODE=mine", [("API-Key", "mine")])


def test_request_without_credentials_is_sent_as_it_is() -> None:
    context = context_with(backend())
    choose_backend(context, "models")
    headers = context.request.headers
    started(context)
    assert context.request.headers is headers
