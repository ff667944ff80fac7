"""Reading requests on their way to a model."""

from __future__ import annotations

from headgate.tokens.dialect import Dialect, LlmRequest
from headgate.tokens.dialects import generic
from headgate.tokens.prompt import PromptParts, RequestUnreadable
from headgate.tokens.registry import dialect_for

__all__ = [
    "LlmRequest",
    "PromptParts",
    "RequestUnreadable",
    "ask_for_usage",
    "read_request",
    "with_completion_cap",
]


MODEL_MAX = 200
"""Characters of a model's name. Much is remembered by it, and callers choose it."""


def read_request(path: str, body: bytes, *, declared: Dialect | None = None) -> LlmRequest:
    """Read a request by the dialect of its path, given without the query; raises RequestUnreadable.

    A path that no dialect knows is read by the one that the API declares, if it does, else by the
    generic one; both take any body.
    """
    dialect = dialect_for(path)
    if declared is not None and dialect.name == generic.DIALECT.name:
        dialect = declared
    request = dialect.read(path, body)
    if len(request.model) > MODEL_MAX:
        raise RequestUnreadable("The name of the model is too long.")
    return request


def ask_for_usage(request: LlmRequest, body: bytes) -> bytes:
    """Return the body that makes the provider report usage on the stream.

    It is the very same object where nothing has to change: not a stream, already asked for, or a
    dialect that reports without being asked.
    """
    if request.stream and not request.usage_asked:
        return request.dialect.ask_for_usage(request, body)
    return body


def with_completion_cap(request: LlmRequest, body: bytes, *, cap: int) -> bytes:
    """Return the body that caps each of its completions, in the member that the model accepts.

    A lower cap of the caller is never raised; the body is then the very same object, as it is
    where the dialect has no such member (`Dialect.can_cap`). Raises RequestUnreadable.
    """
    if request.completion_cap is not None and request.completion_cap <= cap:
        return body
    return request.dialect.with_completion_cap(request, body, cap=cap)
