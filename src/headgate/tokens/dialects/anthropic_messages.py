"""Anthropic messages: the prompt is reported first, the completion last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from headgate.model.usage import TokenUsage
from headgate.tokens.body import (
    ABSENT,
    AS_WRITTEN,
    MEMBERS,
    add_compact,
    decode_or_none,
    decode_request,
)
from headgate.tokens.dialect import Dialect, LlmRequest
from headgate.tokens.editing import with_members
from headgate.tokens.events import event
from headgate.tokens.openai import cap, lowered
from headgate.tokens.prompt import PromptParts
from headgate.tokens.reported import sound

_REPLY = 3
_MESSAGE = 4
_TOOLS: dict[str, tuple[int, int]] = {
    "claude-3-opus": (530, 281),
    "claude-3-sonnet": (159, 235),
    "claude-3-haiku": (264, 340),
    "claude-3-5-haiku": (264, 340),
}
_TOOLS_OF_LATER_MODELS = (346, 313)
"""The prompt that Anthropic adds to a request with tools: where the model may choose, and where it
has to call one (docs.anthropic.com, pricing, "Tool use pricing"; the same since Claude 3.7)."""
_HAS_TO_CALL = frozenset({"any", "tool"})
_LEAST_THOUGHT = 1024
_CUT = frozenset({"max_tokens", "model_context_window_exceeded"})


class _Thinking(msgspec.Struct):
    budget_tokens: int | None = None


class _ToolChoice(msgspec.Struct):
    type: str = ""


class _MessagesBody(msgspec.Struct):
    model: str | None = None
    stream: bool | None = None
    max_tokens: int | None = None
    thinking: _Thinking | None = None
    system: msgspec.Raw = ABSENT
    messages: msgspec.Raw = ABSENT
    tools: msgspec.Raw = ABSENT
    tool_choice: msgspec.Raw = ABSENT


class _OutputDetails(msgspec.Struct):
    thinking_tokens: int | None = None


class _Usage(msgspec.Struct):
    input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    output_tokens: int | None = None
    output_tokens_details: _OutputDetails | None = None


class _Message(msgspec.Struct):
    usage: _Usage | None = None
    model: str | None = None


class _Report(_Message):
    message: _Message | None = None


class _Block(msgspec.Struct):
    type: str = ""
    text: str = ""
    thinking: str = ""
    partial_json: str = ""
    name: str = ""
    input: msgspec.Raw = ABSENT
    stop_reason: str | None = None
    """Of the delta in `message_delta`."""


class _Payload(msgspec.Struct):
    type: str = ""
    index: int = 0
    delta: _Block | None = None
    content_block: _Block | None = None
    content: list[_Block] | None = None
    stop_reason: str | None = None


_BODY = msgspec.json.Decoder(_MessagesBody)
_CHOICE = msgspec.json.Decoder(_ToolChoice)
_RAWS = msgspec.json.Decoder(list[msgspec.Raw] | None)
_REPORT = msgspec.json.Decoder(_Report)
_PAYLOAD = msgspec.json.Decoder(_Payload)
_TYPES = frozenset(
    {"message", "message_start", "message_delta", "message_stop", "ping", "error"}
    | {"content_block_start", "content_block_delta", "content_block_stop"}
)


class AnthropicMessages(Dialect):
    """`POST …/v1/messages`. Without `/v1` the end of the path is also that of other services."""

    name = "anthropic-messages"
    suffixes = ("/v1/messages", "/anthropic/messages")
    splits_usage = True
    can_cap = True

    def read(self, path: str, body: bytes) -> LlmRequest:
        """Read what is cheap to read of a request; raises RequestUnreadable."""
        content = decode_request(_BODY, body)
        return LlmRequest(
            dialect=self,
            model=content.model or "",
            stream=content.stream or False,
            completion_cap=cap(content.max_tokens or 0),
            content=content,
        )

    def prompt_parts(self, request: LlmRequest) -> PromptParts:
        """Take system, messages and tools apart; the model's earlier thoughts are not read again.

        Tools count as their compact JSON.
        """
        content = request.content
        assert isinstance(content, _MessagesBody)
        parts = PromptParts(overhead=_REPLY)
        if content.system:
            parts.add(decode_request(AS_WRITTEN, content.system))
        messages = decode_request(AS_WRITTEN, content.messages) if content.messages else None
        for message in messages if isinstance(messages, list) else ():
            if isinstance(message, dict):
                parts.overhead += _MESSAGE
                blocks = message.get("content")
                for block in blocks if isinstance(blocks, list) else [blocks]:
                    _add_block(parts, block)
        tools = decode_request(_RAWS, content.tools) if content.tools else None
        for tool in tools or ():
            add_compact(parts, tool)
        if tools:
            parts.overhead += _tools_prompt(content)
        return parts

    def with_completion_cap(self, request: LlmRequest, body: bytes, *, cap: int) -> bytes:
        """Lower `max_tokens`, and the thoughts with it, which have to stay below it."""
        content = request.content
        assert isinstance(content, _MessagesBody)
        members = lowered({"max_tokens": content.max_tokens}, default="max_tokens", cap=cap)
        budget = content.thinking.budget_tokens if content.thinking is not None else None
        if members and budget is not None and budget >= cap:
            members["thinking"] = (
                {"type": "enabled", "budget_tokens": cap - 1}
                if cap > _LEAST_THOUGHT
                else {"type": "disabled"}
            )
        return with_members(body, members) if members else body

    def usage(self, payload: bytes) -> TokenUsage | None:
        """Return what a payload reports: an answer all, an event the prompt or what came so far.

        Anthropic's `input_tokens` are those that no cache knew; ours are the whole prompt. The
        shapes are `Usage` and `MessageDeltaUsage` of anthropic-sdk-python 2.12; calls of tools are
        part of the completion, and what Anthropic's own tools cost per use is no token.
        """
        report = decode_or_none(_REPORT, payload)
        message = report.message or report if report is not None else None
        if message is None or message.usage is None:
            return None
        usage = message.usage
        read, written = usage.cache_read_input_tokens or 0, usage.cache_creation_input_tokens or 0
        fresh = usage.input_tokens or 0
        if fresh < 0:
            return None
        made = usage.output_tokens_details
        thought = made.thinking_tokens or 0 if made is not None else 0
        return sound(
            TokenUsage(
                input_tokens=fresh + read + written,
                output_tokens=usage.output_tokens or 0,
                cached_tokens=read,
                cache_write_tokens=written,
                reasoning_tokens=thought,
                model=message.model or "",
            )
        )

    def text(self, payload: bytes) -> str:
        """Return the text of an answer or of one event, thoughts and calls of tools included."""
        found = decode_or_none(_PAYLOAD, payload)
        if found is None:
            return ""
        blocks = (found.delta, found.content_block, *(found.content or ()))
        return "".join(_text_of(block) for block in blocks if block is not None)

    def ends(self, payload: bytes) -> bool:
        """Tell whether an event says that the answer is whole."""
        found = decode_or_none(_PAYLOAD, payload)
        return found is not None and (
            found.type == "message_stop" or (found.delta or _Block()).stop_reason is not None
        )

    def truncated(self, payload: bytes) -> bool:
        """Tell whether an answer or its last event says that it met its cap."""
        found = decode_or_none(_PAYLOAD, payload)
        return found is not None and (
            found.stop_reason in _CUT or (found.delta or _Block()).stop_reason in _CUT
        )

    def knows(self, payload: bytes) -> bool:
        """Tell whether a payload is of a type of this dialect."""
        found = decode_or_none(_PAYLOAD, payload)
        return found is not None and found.type in _TYPES

    def closing(
        self, recent: Sequence[bytes], first: bytes, *, usage: TokenUsage, show_usage: bool
    ) -> bytes:
        """Return the end of the block that is open, if any, and of the message."""
        ending = b""
        open_block = _open_block(recent)
        if open_block is not None:
            name = "content_block_stop"
            ending = event({"type": name, "index": open_block}, name=name)
        delta = {
            "type": "message_delta",
            "delta": {"stop_reason": "max_tokens", "stop_sequence": None},
            "usage": {
                "input_tokens": usage.input_tokens - usage.cached_tokens - usage.cache_write_tokens,
                "cache_creation_input_tokens": usage.cache_write_tokens,
                "cache_read_input_tokens": usage.cached_tokens,
                "output_tokens": usage.output_tokens,
            },
        }
        stop = {"type": "message_stop"}
        return ending + event(delta, name="message_delta") + event(stop, name="message_stop")


def _tools_prompt(content: _MessagesBody) -> int:
    model = content.model or ""
    found = next((both for name, both in _TOOLS.items() if name in model), _TOOLS_OF_LATER_MODELS)
    choice = decode_or_none(_CHOICE, bytes(content.tool_choice)) if content.tool_choice else None
    return found[choice is not None and choice.type in _HAS_TO_CALL]


def _open_block(recent: Sequence[bytes]) -> int | None:
    for data in recent:
        found = decode_or_none(_PAYLOAD, data)
        if found is not None and found.type in ("content_block_start", "content_block_delta"):
            return found.index
        if found is not None and found.type in ("content_block_stop", "message_start"):
            return None
    return None


def _text_of(block: _Block) -> str:
    # The input that opens a streamed block is empty; an answer's is the arguments of a call.
    arguments = bytes(block.input).decode() if decode_or_none(MEMBERS, block.input) else ""
    return "".join((block.text, block.thinking, block.partial_json, block.name, arguments))


def _add_block(parts: PromptParts, block: Any) -> None:
    if not isinstance(block, dict):
        parts.add(block)
    elif block.get("type") in ("thinking", "redacted_thinking"):
        return
    elif isinstance(block.get("input"), dict):
        parts.add(block.get("name"))
        parts.texts.append(msgspec.json.encode(block["input"]).decode())
    elif block.get("type") == "document":
        source = block.get("source")
        if isinstance(source, dict) and source.get("type") == "text":
            source = source.get("data")
        parts.add([block.get("title"), block.get("context"), source])
    else:
        parts.add(block)


DIALECT = AnthropicMessages()
