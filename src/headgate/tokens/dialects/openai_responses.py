"""OpenAI responses, by OpenAI's and by Azure's paths (clients.md 1)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from headgate.model.usage import TokenUsage
from headgate.tokens.body import ABSENT, ANY, MEMBERS, add_compact, decode_or_none, decode_request
from headgate.tokens.dialect import Dialect, LlmRequest
from headgate.tokens.editing import with_members
from headgate.tokens.events import event
from headgate.tokens.openai import Body, cap, lowered, model_of
from headgate.tokens.prompt import PromptParts
from headgate.tokens.reported import Usage, token_usage
from headgate.tokens.tools import add_tools

_REPLY = 3
_ITEM = 4
"""Framing of an input item: what a chat message and its role cost."""
_BINARY = frozenset({"response.audio.delta"})
_ENDS = frozenset({"response.completed", "response.incomplete", "response.failed"})


class _Text(msgspec.Struct):
    format: msgspec.Raw = ABSENT


class _ResponsesBody(Body):
    max_output_tokens: int | None = None
    instructions: str | None = None
    input: msgspec.Raw = ABSENT
    tools: msgspec.Raw = ABSENT
    text: _Text | None = None


class _Reason(msgspec.Struct):
    reason: str | None = None


class _Response(msgspec.Struct):
    usage: Usage | None = None
    model: str | None = None
    status: str | None = None
    incomplete_details: _Reason | None = None


class _Report(_Response):
    """A whole answer, or an event that holds one."""

    response: _Response | None = None


class _Part(msgspec.Struct):
    text: str = ""
    refusal: str = ""


class _Item(msgspec.Struct):
    content: list[_Part] | None = None
    summary: list[_Part] | None = None
    name: str = ""
    arguments: str = ""
    input: str = ""
    """Of a custom tool."""
    code: str | None = None


class _Event(msgspec.Struct):
    type: str = ""
    delta: str = ""
    item: _Item | None = None
    sequence_number: int = 0


class _Answer(_Event):
    output: list[_Item] | None = None


_BODY = msgspec.json.Decoder(_ResponsesBody)
_REPORT = msgspec.json.Decoder(_Report)
_ANSWER = msgspec.json.Decoder(_Answer)
_EVENT = msgspec.json.Decoder(_Event)


class OpenAiResponses(Dialect):
    """`POST …/responses`."""

    name = "openai-responses"
    suffixes = ("/responses",)
    can_cap = True

    def read(self, path: str, body: bytes) -> LlmRequest:
        """Read what is cheap to read of a request; raises RequestUnreadable."""
        content = decode_request(_BODY, body)
        return LlmRequest(
            dialect=self,
            model=model_of(path, content),
            stream=content.stream or False,
            completion_cap=cap(content.max_output_tokens or 0),
            content=content,
        )

    def prompt_parts(self, request: LlmRequest) -> PromptParts:
        """Take the prompt apart as that of a chat; what a former response adds is not known."""
        content = request.content
        assert isinstance(content, _ResponsesBody)
        parts = PromptParts(overhead=_REPLY)
        if content.instructions:
            parts.overhead += _ITEM
            parts.texts.append(content.instructions)
        items = decode_request(ANY, content.input) if content.input else None
        for item in items if isinstance(items, list) else [items]:
            if isinstance(item, str | dict):
                parts.overhead += _ITEM
                parts.add({**item, "role": None} if isinstance(item, dict) else item)
        if content.tools:
            add_tools(parts, tools=content.tools, functions=ABSENT, model=request.model)
        if content.text is not None and content.text.format:
            add_compact(parts, content.text.format)
        return parts

    def with_completion_cap(self, request: LlmRequest, body: bytes, *, cap: int) -> bytes:
        """Lower `max_output_tokens`, or set it; OpenAI takes no less than 16."""
        assert isinstance(request.content, _ResponsesBody)
        given = {"max_output_tokens": request.content.max_output_tokens}
        members = lowered(given, default="max_output_tokens", cap=cap)
        return with_members(body, members) if members else body

    def usage(self, payload: bytes) -> TokenUsage | None:
        """Return the usage of an answer or of the event that ends a stream."""
        report = _response(payload)
        if report is None or report.usage is None:
            return None
        return token_usage(report.usage, report.model or "")

    def text(self, payload: bytes) -> str:
        """Return the text of an answer or of one delta, with names and arguments of calls.

        Events that repeat what their deltas said have none.
        """
        answer = decode_or_none(_ANSWER, payload)
        if answer is None:
            return ""
        if answer.type.endswith(".delta"):
            return "" if answer.type in _BINARY else answer.delta
        if answer.type == "response.output_item.added" and answer.item is not None:
            return answer.item.name
        return "".join(map(_text_of, answer.output or ()))

    def ends(self, payload: bytes) -> bool:
        """Tell whether an event says that the answer is whole."""
        answer = decode_or_none(_EVENT, payload)
        return answer is not None and answer.type in _ENDS

    def truncated(self, payload: bytes) -> bool:
        """Tell whether an answer, or the event that ends it, says that it met its cap."""
        report = _response(payload)
        return (
            report is not None
            and report.incomplete_details is not None
            and report.incomplete_details.reason == "max_output_tokens"
        )

    def knows(self, payload: bytes) -> bool:
        """Tell whether a payload is an event of this dialect or a whole answer."""
        answer = decode_or_none(_ANSWER, payload)
        return answer is not None and (
            answer.output is not None or answer.type.startswith("response.")
        )

    def closing(
        self, recent: Sequence[bytes], first: bytes, *, usage: TokenUsage, show_usage: bool
    ) -> bytes:
        """Return `response.incomplete`, made of the response that the first event announced."""
        head = decode_or_none(MEMBERS, first) or {}
        announced = decode_or_none(MEMBERS, head.get("response", ABSENT)) or {}
        newest = decode_or_none(_EVENT, recent[0]) if recent else None
        number = newest.sequence_number if newest is not None else 0
        response = announced | {
            "status": "incomplete",
            "incomplete_details": {"reason": "max_output_tokens"},
            "usage": _members(usage),
        }
        name = "response.incomplete"
        content = {"type": name, "sequence_number": number + 1, "response": response}
        return event(content, name=name)


def _response(payload: bytes) -> _Response | None:
    report = decode_or_none(_REPORT, payload)
    return report if report is None or report.response is None else report.response


def _text_of(item: _Item) -> str:
    parts = [part.text + part.refusal for part in (*(item.summary or ()), *(item.content or ()))]
    return "".join((*parts, item.name, item.arguments, item.input, item.code or ""))


def _members(usage: TokenUsage) -> dict[str, object]:
    return {
        "input_tokens": usage.input_tokens,
        "input_tokens_details": {"cached_tokens": usage.cached_tokens},
        "output_tokens": usage.output_tokens,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
        "total_tokens": usage.total_tokens,
    }


DIALECT = OpenAiResponses()
