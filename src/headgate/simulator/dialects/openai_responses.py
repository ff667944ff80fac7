"""OpenAI's and Azure's responses: as one object, or as numbered events around the text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import orjson

from headgate.simulator.behaviour import Behaviour
from headgate.simulator.bodies import Incoming, cap_of, decode, missing
from headgate.simulator.counting import conversation_tokens
from headgate.simulator.generation import Extent, Generation, within
from headgate.simulator.reply import Reply, Step, document, event, stream
from headgate.simulator.usage import Usage
from headgate.simulator.words import pieces, text


class _Body(msgspec.Struct):
    model: str = ""
    input: str | list[dict[str, Any]] | None = None
    instructions: str | None = None
    stream: bool | None = None
    max_output_tokens: int | None = None
    previous_response_id: str | None = None
    tools: list[dict[str, Any]] | None = None
    metadata: dict[str, str] | None = None


_DECODER = msgspec.json.Decoder(_Body)


class ResponsesAsk(msgspec.Struct, kw_only=True):
    """A request for a response."""

    body: _Body
    model: str
    stream: bool
    cap: int | None
    choices: int = 1

    def usage(self, model: str) -> Usage:
        """Return the tokens of instructions, input and tools; earlier responses are not known."""
        given = self.body.input
        turns = [given] if isinstance(given, str) else given or []
        system, tools = self.body.instructions, self.body.tools or []
        return Usage(conversation_tokens(turns, model, system=system, tools=tools), 0)

    def extent(self, behaviour: Behaviour) -> Extent:
        """Return the length of the text."""
        return within(self.cap, behaviour)

    def answer(self, generation: Generation) -> Reply:
        """Return the answer."""
        made = _Made(self, generation)
        shown = generation.extent.shown
        if self.stream:
            return stream(made.events(), token_steps=shown)
        whole = made.response("completed", text(shown, generation.start))
        return document(orjson.dumps(whole), tokens=shown)


def read(incoming: Incoming) -> ResponsesAsk:
    """Read a request for a response; raises Refused 400."""
    body = decode(_DECODER, incoming.body)
    if body.input is None:
        raise missing("input")
    cap = cap_of("max_output_tokens", body.max_output_tokens)
    return ResponsesAsk(body=body, model=body.model, stream=body.stream is True, cap=cap)


class _Made:
    """One response in the making; events are numbered as they come."""

    __slots__ = ("_ask", "_generation", "_message", "_number", "_place", "_reasoning")

    def __init__(self, ask: ResponsesAsk, generation: Generation) -> None:
        self._ask = ask
        self._generation = generation
        self._number = 0
        self._message = f"msg_sim{generation.order:08d}"
        self._reasoning: list[dict[str, Any]] = []
        if generation.extent.reasoning:
            item = {"type": "reasoning", "id": f"rs_sim{generation.order:08d}", "summary": []}
            self._reasoning.append(item)
        self._place = {"item_id": self._message, "output_index": len(self._reasoning)}

    def response(self, status: str, content: str | None) -> dict[str, Any]:
        """Return the response object: with usage and content once it is at its end."""
        generation, body = self._generation, self._ask.body
        done = content is not None
        incomplete = done and generation.extent.cut
        usage = generation.usage if done else None
        output = [*self._reasoning, self._item(content)] if content is not None else []
        return {
            "id": f"resp_sim{generation.order:08d}",
            "object": "response",
            "created_at": generation.created,
            "status": "incomplete" if incomplete else status,
            "background": False,
            "error": None,
            "incomplete_details": {"reason": "max_output_tokens"} if incomplete else None,
            "instructions": body.instructions,
            "max_output_tokens": self._ask.cap,
            "model": generation.model,
            "output": output,
            "parallel_tool_calls": True,
            "previous_response_id": body.previous_response_id,
            "reasoning": {"effort": None, "summary": None},
            "service_tier": "default",
            "store": True,
            "temperature": 1.0,
            "text": {"format": {"type": "text"}},
            "tool_choice": "auto",
            "tools": body.tools or [],
            "top_p": 1.0,
            "truncation": "disabled",
            "usage": None if usage is None else usage_json(usage),
            "user": None,
            "metadata": body.metadata or {},
        }

    def _item(self, content: str | None) -> dict[str, Any]:
        """Return the message; None: it has only begun."""
        status = "in_progress"
        if content is not None:
            status = "incomplete" if self._generation.extent.cut else "completed"
        return {
            "id": self._message,
            "type": "message",
            "role": "assistant",
            "status": status,
            "content": [] if content is None else [_part(content)],
        }

    def events(self) -> Iterator[Step]:
        """Yield the events; what opens the stream leaves with the first token."""
        generation = self._generation
        opening = b"".join(self._opening())
        place = self._place | {"content_index": 0, "logprobs": []}
        kind = "response.output_text.delta"
        start = orjson.dumps({"type": kind} | place)[:-1] + b',"sequence_number":'
        before = b"event: " + kind.encode() + b"\ndata: " + start
        for word in pieces(generation.extent.shown, generation.start):
            # Words are ASCII letters, which stand in JSON as they are.
            delta = b'%b%d,"delta":"%b"}\n\n' % (before, self._number, word.encode())
            self._number += 1
            yield opening + delta, 1
            opening = b""
        yield opening + b"".join(self._closing()), 0

    def _opening(self) -> Iterator[bytes]:
        yield self._event("response.created", {"response": self.response("in_progress", None)})
        yield self._event("response.in_progress", {"response": self.response("in_progress", None)})
        for number, item in enumerate(self._reasoning):
            for kind in ("added", "done"):
                members = {"output_index": number, "item": item}
                yield self._event(f"response.output_item.{kind}", members)
        index = {"output_index": self._place["output_index"]}
        yield self._event("response.output_item.added", index | {"item": self._item(None)})
        part = self._place | {"content_index": 0, "part": _part("")}
        yield self._event("response.content_part.added", part)

    def _closing(self) -> Iterator[bytes]:
        content = text(self._generation.extent.shown, self._generation.start)
        place = self._place | {"content_index": 0}
        done = place | {"text": content, "logprobs": []}
        yield self._event("response.output_text.done", done)
        yield self._event("response.content_part.done", place | {"part": _part(content)})
        index = {"output_index": self._place["output_index"]}
        yield self._event("response.output_item.done", index | {"item": self._item(content)})
        ending = "incomplete" if self._generation.extent.cut else "completed"
        yield self._event(f"response.{ending}", {"response": self.response("completed", content)})

    def _event(self, kind: str, members: dict[str, Any]) -> bytes:
        data = {"type": kind, "sequence_number": self._number} | members
        self._number += 1
        return event(kind, orjson.dumps(data))


def usage_json(usage: Usage) -> dict[str, Any]:
    """Return the member `usage`."""
    return {
        "input_tokens": usage.prompt,
        "input_tokens_details": {
            "cached_tokens": usage.cached,
            "cache_write_tokens": usage.cache_write,
        },
        "output_tokens": usage.completion,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning},
        "total_tokens": usage.total,
    }


def _part(content: str) -> dict[str, Any]:
    return {"type": "output_text", "text": content, "annotations": [], "logprobs": []}
