"""OpenAI's older text completions."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from headgate.tokens.body import ABSENT, decode_request
from headgate.tokens.dialect import LlmRequest
from headgate.tokens.editing import with_members
from headgate.tokens.openai import (
    Body,
    OpenAiDialect,
    cap,
    choices,
    input_parts,
    lowered,
    model_of,
    usage_asked,
)
from headgate.tokens.prompt import PromptParts


class _CompletionsBody(Body):
    max_tokens: int | None = None
    n: int | None = None
    best_of: int | None = None
    prompt: msgspec.Raw = ABSENT
    suffix: str | None = None


_BODY = msgspec.json.Decoder(_CompletionsBody)


class OpenAiCompletions(OpenAiDialect):
    """`POST …/completions`."""

    name = "openai-completions"
    suffixes = ("/completions",)
    can_cap = True
    last_of_choice: ClassVar[dict[str, object]] = {"text": "", "finish_reason": "length"}

    def read(self, path: str, body: bytes) -> LlmRequest:
        """Read what is cheap to read of a request; raises RequestUnreadable."""
        content = decode_request(_BODY, body)
        return LlmRequest(
            dialect=self,
            model=model_of(path, content),
            stream=content.stream or False,
            usage_asked=usage_asked(content),
            completion_cap=cap(content.max_tokens or 0),
            choices=choices(max(content.n or 1, content.best_of or 1)),
            content=content,
        )

    def with_completion_cap(self, request: LlmRequest, body: bytes, *, cap: int) -> bytes:
        """Lower `max_tokens`, or set it."""
        assert isinstance(request.content, _CompletionsBody)
        given = {"max_tokens": request.content.max_tokens}
        members = lowered(given, default="max_tokens", cap=cap)
        return with_members(body, members) if members else body

    def prompt_parts(self, request: LlmRequest) -> PromptParts:
        """Take the prompt apart: text, tokens, or a list of either; there is no framing."""
        content = request.content
        assert isinstance(content, _CompletionsBody)
        parts = input_parts(content.prompt)
        parts.add(content.suffix)
        return parts


DIALECT = OpenAiCompletions()
