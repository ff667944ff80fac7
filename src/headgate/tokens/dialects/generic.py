"""What can be said of a request and an answer whose path no dialect knows.

Nothing is metered as zero in silence: text is found wherever it is, usage in the two spellings
that are common, and the name `generic` tells metrics and usage records that this is a guess.
"""

from __future__ import annotations

import re

import msgspec

from headgate.model.usage import TokenUsage
from headgate.tokens.body import ANY, any_or_none, decode_or_none, decode_request
from headgate.tokens.dialect import Dialect, LlmRequest
from headgate.tokens.openai import Body, model_of
from headgate.tokens.prompt import PromptParts
from headgate.tokens.reported import Usage, token_usage

_TEXTS = frozenset(
    {"text", "content", "thinking", "reasoning", "reasoning_content", "refusal", "delta"}
    | {"arguments", "partial_json", "output_text"}
)
"""Members whose strings are generated text in one dialect or another."""


class _Usage(Usage):
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None


class _Report(msgspec.Struct):
    usage: _Usage | None = None
    model: str | None = None


_OBJECT = re.compile(rb"[ \t\r\n]*\{")
_BODY = msgspec.json.Decoder(Body)
_REPORT = msgspec.json.Decoder(_Report)


class Generic(Dialect):
    """Any other path. A body that does not begin as a JSON object is not looked at."""

    name = "generic"

    def read(self, path: str, body: bytes) -> LlmRequest:
        """Read model and stream of a JSON object; raises RequestUnreadable."""
        if _OBJECT.match(body) is None:
            return LlmRequest(dialect=self, model=model_of(path, Body()))
        content = decode_request(_BODY, body)
        return LlmRequest(
            dialect=self,
            model=model_of(path, content),
            stream=content.stream or False,
            content=msgspec.Raw(body),
        )

    def prompt_parts(self, request: LlmRequest) -> PromptParts:
        """Return every string of the body; raises RequestUnreadable."""
        parts = PromptParts()
        if isinstance(request.content, msgspec.Raw):
            parts.add(decode_request(ANY, request.content))
        return parts

    def usage(self, payload: bytes) -> TokenUsage | None:
        """Return the usage that a payload reports, or None if it reports none that makes sense."""
        report = decode_or_none(_REPORT, payload)
        if report is None or report.usage is None:
            return None
        usage = report.usage
        cached = (usage.cache_read_input_tokens or 0) + (usage.cache_creation_input_tokens or 0)
        if cached > 0:
            # Only Anthropic's spelling has these, and counts them beside the rest of the prompt.
            usage.input_tokens = (usage.input_tokens or 0) + cached
        return token_usage(usage, report.model or "")

    def text(self, payload: bytes) -> str:
        """Return the strings of all members that hold generated text in one dialect or another."""
        texts: list[str] = []
        waiting = [any_or_none(payload)]
        while waiting:
            item = waiting.pop()
            if isinstance(item, list):
                waiting.extend(reversed(item))
            elif isinstance(item, dict):
                texts += [v for k, v in item.items() if k in _TEXTS and isinstance(v, str)]
                waiting.extend(reversed([v for v in item.values() if not isinstance(v, str)]))
        return "".join(texts)

    def knows(self, payload: bytes) -> bool:
        """Tell whether any generated text was found: of other shapes nothing can be said."""
        return self.text(payload) != ""


DIALECT = Generic()
