"""OpenAI chat completions, by OpenAI's and by Azure's paths."""

from __future__ import annotations

import msgspec

from headgate.tokens.body import ANY, add_compact, decode_request
from headgate.tokens.dialect import LlmRequest
from headgate.tokens.openai import Body, OpenAiDialect, cap, count, model_of, usage_asked
from headgate.tokens.prompt import PromptParts
from headgate.tokens.tools import add_tools

_REPLY = 3
_MESSAGE = 3
_NAME = 1
_ROLES = frozenset({"system", "user", "assistant", "tool", "developer", "function"})
"""Roles that are one token in every vocabulary, which spares counting them."""


class _ResponseFormat(msgspec.Struct):
    json_schema: msgspec.Raw | None = None


class _ChatBody(Body):
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    n: int | None = None
    messages: msgspec.Raw | None = None
    tools: msgspec.Raw | None = None
    functions: msgspec.Raw | None = None
    response_format: _ResponseFormat | None = None


_BODY = msgspec.json.Decoder(_ChatBody)


class OpenAiChat(OpenAiDialect):
    """`POST …/chat/completions`."""

    name = "openai-chat"
    suffixes = ("/chat/completions",)

    def read(self, path: str, body: bytes) -> LlmRequest:
        """Read what is cheap to read of a request; raises RequestUnreadable."""
        content = decode_request(_BODY, body)
        return LlmRequest(
            dialect=self,
            model=model_of(path, content),
            stream=content.stream or False,
            usage_asked=usage_asked(content),
            completion_cap=cap(content.max_tokens, content.max_completion_tokens),
            choices=count(content.n),
            content=content,
        )

    def prompt_parts(self, request: LlmRequest) -> PromptParts:
        """Take the prompt apart by the published formula (tokens.md 1.5)."""
        content = request.content
        assert isinstance(content, _ChatBody)
        parts = PromptParts(overhead=_REPLY)
        messages = None if content.messages is None else decode_request(ANY, content.messages)
        for message in messages if isinstance(messages, list) else ():
            if isinstance(message, dict):
                parts.overhead += _MESSAGE
                _add_message(parts, message)
        if content.tools is not None or content.functions is not None:
            add_tools(parts, content.tools, content.functions, model=request.model)
        if content.response_format is not None and content.response_format.json_schema is not None:
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
