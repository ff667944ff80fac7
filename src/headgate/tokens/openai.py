"""What the OpenAI dialects share: request members, usage, events of a stream."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec

from headgate.model.usage import TokenUsage
from headgate.tokens.body import ANY, MEMBERS, decode_or_none, decode_request
from headgate.tokens.dialect import Dialect, LlmRequest
from headgate.tokens.events import event
from headgate.tokens.prompt import PromptParts
from headgate.tokens.reported import Usage, token_usage

_MOST = 2**31 - 1
"""Larger caps and counts are cut to this, what a C# `int` holds."""

_ASK = b'"stream_options":{"include_usage":true}'


class StreamOptions(msgspec.Struct):
    """`stream_options` of a request."""

    include_usage: bool | None = None


class Body(msgspec.Struct):
    """Members that every OpenAI request may have; what else it has is skipped."""

    model: str | None = None
    stream: bool | None = None
    stream_options: StreamOptions | msgspec.UnsetType | None = msgspec.UNSET


class _Message(msgspec.Struct):
    content: Any = None
    reasoning_content: Any = None
    reasoning: Any = None
    refusal: Any = None
    audio: Any = None
    tool_calls: Any = None
    function_call: Any = None


class _Choice(msgspec.Struct):
    delta: _Message | None = None
    message: _Message | None = None
    text: str | None = None
    finish_reason: str | None = None
    index: int = 0


class _Answer(msgspec.Struct):
    choices: list[_Choice] | None = None


class _Chunk(msgspec.Struct):
    choices: list[_Choice]
    id: str | None = None
    object: str | None = None
    created: int | None = None
    model: str | None = None


class _Report(msgspec.Struct):
    usage: Usage | None = None
    model: str | None = None


class _Event(msgspec.Struct):
    usage: Usage | None = None
    choices: list[msgspec.Raw] | None = None


_CHUNK = msgspec.json.Decoder(_Chunk)
_ANSWER = msgspec.json.Decoder(_Answer)
_REPORT = msgspec.json.Decoder(_Report)
_EVENT = msgspec.json.Decoder(_Event)
_OPTIONS = msgspec.json.Decoder(dict[str, msgspec.Raw] | None)


def model_of(path: str, body: Body) -> str:
    """Return the deployment of an Azure path, which decides there, else the member `model`."""
    _, found, rest = path.partition("/deployments/")
    return rest.partition("/")[0] if found else body.model or ""


def usage_asked(body: Body) -> bool:
    """Tell whether the request asks for usage on its stream."""
    options = body.stream_options
    return isinstance(options, StreamOptions) and options.include_usage is True


def cap(limit: int) -> int | None:
    """Return a completion cap; none for zero or less, with which some servers mean unlimited."""
    return min(limit, _MOST) if limit > 0 else None


def choices(number: int) -> int:
    """Return how many completions a request makes, at least 1."""
    return min(max(1, number), _MOST)


def input_parts(raw: msgspec.Raw) -> PromptParts:
    """Take `prompt` or `input` apart: text, tokens, or a list of either, without framing.

    Raises RequestUnreadable.
    """
    parts = PromptParts()
    waiting = [decode_request(ANY, raw) if raw else None]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            if set(map(type, item)) <= {int}:
                parts.token_count += len(item)
            else:
                waiting.extend(item)
        elif isinstance(item, int):
            parts.token_count += 1
        else:
            parts.add(item)
    return parts


def lowered(given: dict[str, int | None], *, default: str, cap: int) -> dict[str, object]:
    """Return the members that have to be written for a cap, none if the caller's is no higher.

    A member of zero or less is none: some servers mean unlimited by it.
    """
    caps = {name: limit for name, limit in given.items() if limit is not None and limit > 0}
    return {name: cap for name, limit in (caps or {default: cap + 1}).items() if limit > cap}


def usage_members(usage: TokenUsage) -> dict[str, object]:
    """Return `usage` as chat and older completions spell it."""
    return {
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.total_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_tokens},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
    }


class OpenAiDialect(Dialect):
    """Answers and streams as OpenAI and Azure OpenAI send them."""

    last_of_choice: ClassVar[dict[str, object]] = {"delta": {}, "finish_reason": "length"}
    """What the last event of a choice holds beside its index."""

    def ask_for_usage(self, request: LlmRequest, body: bytes) -> bytes:
        """Set `stream_options.include_usage`: by a splice, or merged into options that are there.

        The splice puts the member first, so that nothing but the opening brace has to be found.
        """
        if not isinstance(request.content, Body):
            return body
        if request.content.stream_options is msgspec.UNSET:
            start = body.index(b"{") + 1
            return body[:start] + _ASK + b"," + body[start:]
        members = decode_request(MEMBERS, body)
        options = decode_request(_OPTIONS, members["stream_options"]) or {}
        options["include_usage"] = msgspec.Raw(b"true")
        members["stream_options"] = msgspec.Raw(msgspec.json.encode(options))
        return msgspec.json.encode(members)

    def usage(self, payload: bytes) -> TokenUsage | None:
        """Return the usage that a payload reports, or None if it reports none that makes sense."""
        report = decode_or_none(_REPORT, payload)
        if report is None or report.usage is None:
            return None
        return token_usage(report.usage, report.model or "")

    def text(self, payload: bytes) -> str:
        """Return the generated text of a payload, tool calls and reasoning included."""
        answer = decode_or_none(_ANSWER, payload)
        if answer is None or not answer.choices:
            return ""
        parts = PromptParts()
        for choice in answer.choices:
            message = choice.delta or choice.message
            if message is not None:
                if message.reasoning == message.reasoning_content:
                    # Servers that renamed the member send both for a while.
                    message.reasoning = None
                for value in msgspec.structs.astuple(message):
                    parts.add(value)
            parts.add(choice.text)
        return "".join(parts.texts)

    def is_usage_only(self, payload: bytes) -> bool:
        """Tell whether an event exists only because usage was asked for.

        Azure's first event has no choices either, but no usage; some providers put the usage into
        the last event that has choices.
        """
        event = decode_or_none(_EVENT, payload)
        return event is not None and event.usage is not None and not event.choices

    def ends(self, payload: bytes) -> bool:
        """Tell whether an event says that the answer is whole."""
        if payload == b"[DONE]":
            return True
        answer = decode_or_none(_ANSWER, payload)
        return answer is not None and any(c.finish_reason for c in answer.choices or ())

    def truncated(self, payload: bytes) -> bool:
        """Tell whether a payload says that the completion was cut at its cap."""
        if b'"length"' not in payload:
            return False
        answer = decode_or_none(_ANSWER, payload)
        return answer is not None and any(c.finish_reason == "length" for c in answer.choices or ())

    def knows(self, payload: bytes) -> bool:
        """Tell whether a payload has choices."""
        answer = decode_or_none(_ANSWER, payload)
        return answer is not None and answer.choices is not None

    def closing(
        self, recent: Sequence[bytes], first: bytes, *, usage: TokenUsage, show_usage: bool
    ) -> bytes:
        """Return the end of every choice seen lately, usage if it is to be shown, and `[DONE]`."""
        chunks = [c for data in (*recent, first) if (c := decode_or_none(_CHUNK, data)) is not None]
        head: dict[str, object] = {}
        if chunks:
            head = {
                name: value
                for name in ("id", "object", "created", "model")
                if (value := getattr(chunks[0], name)) is not None
            }
        indexes = sorted({choice.index for chunk in chunks for choice in chunk.choices} or {0})
        last = [{"index": index, **self.last_of_choice} for index in indexes]
        ending = event({**head, "choices": last})
        if show_usage:
            ending += event({**head, "choices": [], "usage": usage_members(usage)})
        return ending + b"data: [DONE]\n\n"
