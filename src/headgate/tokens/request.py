"""Reading requests on their way to a model."""

from __future__ import annotations

from headgate.tokens.dialect import LlmRequest
from headgate.tokens.prompt import PromptParts, RequestUnreadable
from headgate.tokens.registry import dialect_for

__all__ = ["LlmRequest", "PromptParts", "RequestUnreadable", "ask_for_usage", "read_request"]


def read_request(path: str, body: bytes) -> LlmRequest:
    """Read a request by the dialect of its path, given without the query; raises RequestUnreadable.

    A path that no dialect knows is read by the generic one, which takes any body.
    """
    return dialect_for(path).read(path, body)


def ask_for_usage(request: LlmRequest, body: bytes) -> bytes:
    """Return the body that makes the provider report usage on the stream.

    It is the very same object where nothing has to change: not a stream, already asked for, or a
    dialect that reports without being asked.
    """
    if request.stream and not request.usage_asked:
        return request.dialect.ask_for_usage(request, body)
    return body
