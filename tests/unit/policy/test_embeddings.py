from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from headgate.model.clock import SECOND
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
from headgate.policy.backends import Backends, Target
from headgate.policy.effects import FetchToken, ForwardFailed, Send, TokenFailed
from headgate.policy.embeddings import RESOURCE, TIMEOUT, NoVector, vector_in, vector_of
from headgate.routing.breaker import Outcome
from headgate.testing.playbook import make_context, make_response

ANSWER = make_response(200, b'{"data":[{"index":0,"embedding":[1,0.5]}],"model":"e"}')
URL = "https://e.example/openai/deployments/ada/embeddings"


def calling(*backends: Backend) -> Context:
    context = make_context("POST")
    context.owners[Backends] = Backends(backends)
    return context


def asked(
    context: Context, *, model: str | None = None, own_identity: bool = False
) -> Generator[Any, Any, list[float]]:
    return vector_of(context, "hi", backend_id="E", model=model, own_identity=own_identity)


def sent(steps: Generator[Any, Any, list[float]], *replies: object) -> Send:
    """Return the request, after replies to what is asked for before it."""
    effect = next(steps)
    for reply in replies:
        effect = steps.send(reply)
    assert isinstance(effect, Send)
    return effect


def result(steps: Generator[Any, Any, list[float]], reply: object) -> list[float]:
    with pytest.raises(StopIteration) as end:
        steps.send(reply)
    vector: list[float] = end.value.value
    return vector


def test_text_is_sent_to_the_deployment() -> None:
    steps = asked(calling(Backend(id="e", url=URL)))
    send = sent(steps)
    request = send.request
    assert (request.method, str(request.url)) == ("POST", f"{URL}?api-version=2024-10-21")
    assert list(request.headers) == [("Content-Type", "application/json")]
    assert (request.body, send.timeout) == (b'{"input":"hi"}', TIMEOUT)
    assert (request.check_chain, request.check_name) == (True, True)
    assert result(steps, ANSWER) == [1, 0.5]


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("https://e.example/openai/deployments/ada", f"{URL}?api-version=2024-10-21"),
        ("http://e.example/v1", "http://e.example/v1/embeddings"),
        ("http://e.example/v1/embeddings/", "http://e.example/v1/embeddings/"),
        ("http://e.example", "http://e.example/embeddings"),
    ],
)
def test_url_of_the_backend_may_end_before_embeddings(url: str, where: str) -> None:
    assert str(sent(asked(calling(Backend(id="e", url=url)))).request.url) == where


def test_model_is_named_where_the_url_does_not() -> None:
    steps = asked(calling(Backend(id="e", url="http://e.example/v1")), model="small")
    assert sent(steps).request.body == b'{"input":"hi","model":"small"}'


def test_token_of_the_gateway_is_sent() -> None:
    steps = asked(calling(Backend(id="e", url=URL)), own_identity=True)
    effect = next(steps)
    assert isinstance(effect, FetchToken)
    assert (effect.resource, effect.client_id) == (RESOURCE, None)
    send = steps.send("token")
    assert isinstance(send, Send)
    assert send.request.headers.get("Authorization") == "Bearer token"


def test_credentials_of_the_backend_are_sent() -> None:
    credentials = BackendCredentials(
        header=(("api-key", ("secret",)),),
        query=(("api-version", ("2023-05-15",)),),
        authorization=Authorization(scheme="Basic", parameter="x"),
    )
    backend = Backend(
        id="e",
        url=URL,
        credentials=credentials,
        validate_certificate_chain=False,
        validate_certificate_name=False,
    )
    context = calling(backend)
    request = sent(asked(context, own_identity=True), "token").request
    assert request.headers.get("api-key") == "secret"
    assert request.headers.get("Authorization") == "Basic x"
    assert request.url.query_string == "?api-version=2023-05-15"
    assert (request.check_chain, request.check_name) == (False, False)
    assert list(context.request.headers) == []


def test_identity_of_the_backend_goes_first() -> None:
    identity = ManagedIdentity(resource="https://r")
    backend = Backend(id="e", url=URL, credentials=BackendCredentials(identity=identity))
    request = sent(asked(calling(backend), own_identity=True), "ours", "its").request
    assert request.headers.get("Authorization") == "Bearer its"


def test_first_member_of_a_pool_that_is_not_left_alone_is_asked() -> None:
    breaker = CircuitBreaker(count=1, interval=SECOND, trip_duration=SECOND, statuses=((500, 599),))
    backends = (
        Backend(id="a", url="http://a.example", breaker=breaker),
        Backend(id="b", url="http://b.example"),
        Backend(id="e", pool=BackendPool(members=(PoolMember(id="a"), PoolMember(id="b")))),
    )
    context = calling(*backends)
    assert sent(asked(context)).request.url.host == "a.example"
    target = context.owners[Backends].find("a")
    assert isinstance(target, Target)
    assert target.breaker is not None
    trial = target.breaker.begin()
    target.breaker.report(Outcome(500), context.clock.monotonic(), trial=trial)
    assert sent(asked(context)).request.url.host == "b.example"
    with pytest.raises(NoVector, match="circuit breaker"):
        next(vector_of(context, "hi", backend_id="a", model=None, own_identity=False))


def test_backend_that_does_not_exist_gives_no_vector() -> None:
    with pytest.raises(NoVector, match="no backend"):
        next(asked(calling()))


def test_token_that_cannot_be_had_gives_no_vector() -> None:
    steps = asked(calling(Backend(id="e", url=URL)), own_identity=True)
    next(steps)
    with pytest.raises(NoVector, match="no source"):
        steps.send(TokenFailed("no source"))
    identity = ManagedIdentity(resource="https://r")
    backend = Backend(id="e", url=URL, credentials=BackendCredentials(identity=identity))
    steps = asked(calling(backend))
    next(steps)
    with pytest.raises(NoVector, match="no source"):
        steps.send(TokenFailed("no source"))


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (ForwardFailed("timeout", "too slow"), "too slow"),
        (make_response(429), "answered 429"),
        (make_response(200, b"{"), "no vector"),
        (make_response(200, b'{"data":[]}'), "no vector"),
        (make_response(200, b'{"data":[{"embedding":"AAAA"}]}'), "no vector"),
    ],
)
def test_answer_without_a_vector_gives_none(reply: object, why: str) -> None:
    steps = asked(calling(Backend(id="e", url=URL)))
    next(steps)
    with pytest.raises(NoVector, match=why):
        steps.send(reply)


def test_vector_is_the_first_in_the_answer() -> None:
    assert vector_in(b'{"data":[{"embedding":[1]},{"embedding":[2]}]}') == [1]
