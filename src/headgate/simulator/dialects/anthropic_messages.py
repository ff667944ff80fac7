"""Anthropic's messages, whole or as named events, and the count of their tokens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import orjson

from headgate.simulator.behaviour import Behaviour
from headgate.simulator.bodies import Incoming, at_least_one, decode, missing
from headgate.simulator.counting import conversation_tokens
from headgate.simulator.generation import Extent, Generation, within
from headgate.simulator.reply import Reply, Step, document, event, stream
from headgate.simulator.usage import Usage
from headgate.simulator.words import pieces, text


class _Body(msgspec.Struct):
    model: str = ""
    messages: list[dict[str, Any]] | None = None
    system: str | list[dict[str, Any]] | None = None
    tools: list[dict[str, Any]] | None = None
    max_tokens: int | None = None
    stream: bool | None = None


_DECODER = msgspec.json.Decoder(_Body)


class MessagesAsk(msgspec.Struct, kw_only=True):
    """A request for a message."""

    body: _Body
    model: str
    stream: bool = False
    cap: int | None = None
    choices: int = 1

    def usage(self, model: str) -> Usage:
        """Return the tokens of system prompt, messages and tools."""
        body = self.body
        turns, tools = body.messages or [], body.tools or []
        return Usage(conversation_tokens(turns, model, system=body.system, tools=tools), 0)

    def extent(self, behaviour: Behaviour) -> Extent:
        """Return the length of the text."""
        return within(self.cap, behaviour)

    def answer(self, generation: Generation) -> Reply:
        """Return the answer."""
        shown = generation.extent.shown
        if self.stream:
            return stream(_events(generation), token_steps=shown)
        message = _message(generation)
        message["content"] = [{"type": "text", "text": text(shown, generation.start)}]
        message |= _stop(generation)
        if generation.usage is not None:
            message["usage"] = usage_json(generation.usage)
        return document(orjson.dumps(message), tokens=shown)

    def count(self, usage: Usage) -> Reply:
        """Return the answer to `count_tokens`."""
        return document(orjson.dumps({"input_tokens": usage.prompt}))


def read(incoming: Incoming) -> MessagesAsk:
    """Read a request for a message; raises Refused 400."""
    ask = read_count(incoming)
    if ask.body.max_tokens is None:
        raise missing("max_tokens")
    ask.cap = at_least_one("max_tokens", ask.body.max_tokens)
    ask.stream = ask.body.stream is True
    return ask


def read_count(incoming: Incoming) -> MessagesAsk:
    """Read a question for the number of tokens; raises Refused 400."""
    body = decode(_DECODER, incoming.body)
    if not body.messages:
        raise missing("messages")
    return MessagesAsk(body=body, model=body.model)


def usage_json(usage: Usage) -> dict[str, Any]:
    """Return the member `usage`, whose input tokens are those that the cache had no part in."""
    written = {
        "ephemeral_5m_input_tokens": usage.cache_write,
        "ephemeral_1h_input_tokens": 0,
    }
    return {
        "input_tokens": usage.uncached,
        "cache_creation_input_tokens": usage.cache_write,
        "cache_read_input_tokens": usage.cached,
        "cache_creation": written,
        "output_tokens": usage.completion,
        "output_tokens_details": {"thinking_tokens": usage.reasoning},
        "service_tier": "standard",
    }


def _message(generation: Generation) -> dict[str, Any]:
    return {
        "id": f"msg_sim{generation.order:08d}",
        "type": "message",
        "role": "assistant",
        "model": generation.model,
        "content": [],
    }


def _stop(generation: Generation) -> dict[str, Any]:
    reason = "max_tokens" if generation.extent.cut else "end_turn"
    return {"stop_reason": reason, "stop_sequence": None}


def _events(generation: Generation) -> Iterator[Step]:
    """Yield the events; what opens the stream leaves with the first token."""
    opening = b"".join(_opening(generation))
    before = b'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,'
    before += b'"delta":{"type":"text_delta","text":"'
    for word in pieces(generation.extent.shown, generation.start):
        # Words are ASCII letters, which stand in JSON as they are.
        yield opening + before + word.encode() + b'"}}\n\n', 1
        opening = b""
    yield opening + b"".join(_closing(generation)), 0


def _opening(generation: Generation) -> Iterator[bytes]:
    message = _message(generation) | {"stop_reason": None, "stop_sequence": None}
    usage = generation.usage
    if usage is not None:
        # The model has made its first token when this leaves, and Anthropic says so.
        first = msgspec.structs.replace(usage, completion=min(1, usage.completion), reasoning=0)
        message["usage"] = usage_json(first)
    yield _event("message_start", {"message": message})
    block = {"type": "text", "text": ""}
    yield _event("content_block_start", {"index": 0, "content_block": block})
    yield _event("ping", {})


def _closing(generation: Generation) -> Iterator[bytes]:
    yield _event("content_block_stop", {"index": 0})
    ending: dict[str, Any] = {"delta": _stop(generation)}
    usage = generation.usage
    if usage is not None:
        told = usage_json(usage)
        ending["usage"] = {k: v for k, v in told.items() if k.endswith(("_tokens", "_details"))}
    yield _event("message_delta", ending)
    yield _event("message_stop", {})


def _event(kind: str, members: dict[str, Any]) -> bytes:
    return event(kind, orjson.dumps({"type": kind} | members))
