"""Asking a backend for the vector of a text, in the form that OpenAI's embeddings API has."""

from __future__ import annotations

import msgspec

from headgate.model.clock import SECOND
from headgate.model.context import Context
from headgate.model.errors import CallError
from headgate.model.messages import Body, Headers, Request
from headgate.policy.attempt import apply_credentials, token_of
from headgate.policy.backends import NO_BACKENDS, Backends, Pool, Target
from headgate.policy.effects import FetchToken, ForwardFailed, Outgoing, Send, Steps, TokenFailed
from headgate.policy.query_strings import has, with_set

TIMEOUT = 10 * SECOND
"""Microseconds for the whole request; the call waits for it."""
RESOURCE = "https://cognitiveservices.azure.com"
"""What the gateway's own identity is asked a token for."""
AZURE = "/openai/deployments/"
API_VERSION = "2024-10-21"
"""The last version that Azure OpenAI declared stable; its paths do not work without one."""


class NoVector(Exception):
    """A text got no vector; the message says why."""


class _Embedding(msgspec.Struct):
    embedding: list[float]


class _Answer(msgspec.Struct):
    data: list[_Embedding]


_ANSWER = msgspec.json.Decoder(_Answer)


def vector_of(
    context: Context, text: str, *, backend_id: str, model: str | None, own_identity: bool
) -> Steps[list[float]]:
    """Return the vector of a text. Raises NoVector.

    `model` is for servers whose URL does not name one; with `own_identity` a token of the gateway's
    identity is sent, which the credentials of the backend may replace.
    """
    target = _target(context, backend_id)
    request = _request(target, text, model=model, ip=context.request.ip_address)
    credentials = target.backend.credentials
    if own_identity:
        token = yield from FetchToken(RESOURCE, None)
        if isinstance(token, TokenFailed):
            raise NoVector(token.message)
        request.headers.set("Authorization", f"Bearer {token}")
    try:
        apply_credentials(request, credentials)
        if credentials.identity is not None:
            token = yield from token_of(credentials.identity)
            request.headers.set("Authorization", f"Bearer {token}")
    except CallError as error:
        raise NoVector(error.detail or error.message) from error
    assert request.body is not None
    outgoing = Outgoing(
        method=request.method,
        url=request.url,
        headers=request.headers,
        body=request.body.content,
        check_chain=target.backend.validate_certificate_chain,
        check_name=target.backend.validate_certificate_name,
    )
    answer = yield from Send(outgoing, TIMEOUT)
    if isinstance(answer, ForwardFailed):
        raise NoVector(f"The embeddings backend gave no answer: {answer.message}")
    if answer.status != 200:
        raise NoVector(f"The embeddings backend answered {answer.status}.")
    return vector_in(b"" if answer.body is None else answer.body.content)


def vector_in(body: bytes) -> list[float]:
    """Return the vector in an answer. Raises NoVector."""
    try:
        found = _ANSWER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NoVector("The answer of the embeddings backend has no vector.") from error
    if not found.data:
        raise NoVector("The answer of the embeddings backend has no vector.")
    return found.data[0].embedding


def _target(context: Context, backend_id: str) -> Target:
    """Return the backend, of a pool the first member that is not left alone by its breaker."""
    backends: Backends = context.owners.get(Backends, NO_BACKENDS)
    found = backends.find(backend_id)
    if found is None:
        raise NoVector(f"There is no backend {backend_id!r}.")
    now = context.clock.monotonic()
    for target in found.members if isinstance(found, Pool) else (found,):
        if not target.wait(now):
            return target
    raise NoVector(f"The backend {backend_id!r} is left alone by its circuit breaker.")


def _request(target: Target, text: str, *, model: str | None, ip: str) -> Request:
    """Return the request for one text, without credentials."""
    url = target.url.copy()
    if not url.path.rstrip("/").endswith("/embeddings"):
        url.path = url.path.rstrip("/") + "/embeddings"
    if AZURE in url.path and not has(url.query_string, "api-version"):
        url.query_string = with_set(url.query_string, "api-version", values=(API_VERSION,))
    asked = {"input": text} if model is None else {"input": text, "model": model}
    headers = Headers.of(("Content-Type", "application/json"))
    return Request("POST", url, headers, Body(msgspec.json.encode(asked)), ip)
