"""OpenAI chat completions, by OpenAI's and by Azure's paths."""

from __future__ import annotations

import msgspec

from headgate.tokens.body import ABSENT, ANY, add_compact, decode_request
from headgate.tokens.dialect import LlmRequest
from headgate.tokens.editing import with_members
from headgate.tokens.models import reasons
from headgate.tokens.openai import (
    Body,
    OpenAiDialect,
    cap,
    choices,
    lowered,
    model_of,
    usage_asked,
)
from headgate.tokens.prompt import PromptParts
from headgate.tokens.tools import add_tools

_REPLY = 3
_MESSAGE = 3
_NAME = 1
_ROLES = frozenset({"system", "user", "assistant", "tool", "developer", "function"})
"""Roles that are one token in every vocabulary, which spares counting them."""


class _ResponseFormat(msgspec.Struct):
    json_schema: msgspec.Raw = ABSENT


class _ChatBody(Body):
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    n: int | None = None
    messages: msgspec.Raw = ABSENT
    tools: msgspec.Raw = ABSENT
    functions: msgspec.Raw = ABSENT
    response_format: _ResponseFormat | None = None


_BODY = msgspec.json.Decoder(_ChatBody)


class OpenAiChat(OpenAiDialect):
    """`POST …/chat/completions`."""

    name = "openai-chat"
    suffixes = ("/chat/completions",)
    can_cap = True

    def read(self, path: str, body: bytes) -> LlmRequest:
        """Read what is cheap to read of a request; raises RequestUnreadable."""
        content = decode_request(_BODY, body)
        return LlmRequest(
            dialect=self,
            model=model_of(path, content),
            stream=content.stream or False,
            usage_asked=usage_asked(content),
            # The larger of two caps, because a provider may know only one of them.
            completion_cap=cap(max(content.max_tokens or 0, content.max_completion_tokens or 0)),
            choices=choices(content.n or 1),
            content=content,
        )

    def with_completion_cap(self, request: LlmRequest, body: bytes, *, cap: int) -> bytes:
        """Lower the caps that are there, or set the one that the model accepts."""
        content = request.content
        assert isinstance(content, _ChatBody)
        reasoning = reasons(request.model) or reasons(content.model or "")
        given = {
            "max_tokens": content.max_tokens,
            "max_completion_tokens": content.max_completion_tokens,
        }
        default = "max_completion_tokens" if reasoning else "max_tokens"
        members = lowered(given, default=default, cap=cap)
        return with_members(body, members) if members else body

    def prompt_parts(self, request: LlmRequest) -> PromptParts:
        """Take the prompt apart by the published formula (tokens.md 1.5)."""
        content = request.content
        assert isinstance(content, _ChatBody)
        parts = PromptParts(overhead=_REPLY)
        messages = decode_request(ANY, content.messages) if content.messages else None
        for message in messages if isinstance(messages, list) else ():
            if isinstance(message, dict):
                parts.overhead += _MESSAGE
                _add_message(parts, message)
        if content.tools or content.functions:
            add_tools(parts, tools=content.tools, functions=content.functions, model=request.model)
        if content.response_format is not None and content.response_format.json_schema:
            add_compact(parts, content.response_format.json_schema)
        return parts


def _add_message(parts: PromptParts, message: dict[str, object]) -> None:
    for key, value in message.items():
        if key == "role" and isinstance(value, str) and value in _ROLES:
            parts.overhead += 1
        else:
            parts.add(value)
            if key == "name":
                parts.overhead += _NAME


DIALECT = OpenAiChat()
