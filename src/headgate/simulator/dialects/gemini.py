"""Google's `generateContent`, its stream as events or as one JSON array, and `countTokens`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import orjson

from headgate.simulator.behaviour import Behaviour
from headgate.simulator.bodies import Incoming, at_least_one, cap_of, decode, missing
from headgate.simulator.counting import conversation_tokens
from headgate.simulator.generation import Extent, Generation, within
from headgate.simulator.reply import Reply, Step, document, stream
from headgate.simulator.usage import Usage
from headgate.simulator.words import pieces, text

CANDIDATES_MAX = 8


class _Config(msgspec.Struct, frozen=True, rename="camel"):
    max_output_tokens: int | None = None
    candidate_count: int | None = None


class _Body(msgspec.Struct, rename="camel"):
    contents: list[dict[str, Any]] | None = None
    system_instruction: dict[str, Any] | None = None
    tools: list[dict[str, Any]] | None = None
    generation_config: _Config = _Config()
    generate_content_request: dict[str, Any] | None = None


_DECODER = msgspec.json.Decoder(_Body)


class GeminiAsk(msgspec.Struct, kw_only=True):
    """A request for content. The model stands in the path."""

    body: _Body
    model: str = ""
    stream: bool = False
    events: bool = False
    """Whether a stream comes as server-sent events, not as one array."""
    cap: int | None = None
    choices: int = 1

    def usage(self, model: str) -> Usage:
        """Return the tokens of system instruction, contents and tools."""
        body = self.body
        if body.generate_content_request is not None:
            turns: list[Any] = [body.generate_content_request]
            return Usage(conversation_tokens(turns, model, system=None, tools=[]), 0)
        turns, system = body.contents or [], body.system_instruction
        declared = [f for tool in body.tools or () for f in _functions(tool)]
        return Usage(conversation_tokens(turns, model, system=system, tools=declared), 0)

    def extent(self, behaviour: Behaviour) -> Extent:
        """Return the length of each candidate."""
        return within(self.cap, behaviour)

    def answer(self, generation: Generation) -> Reply:
        """Return the answer."""
        shown = generation.extent.shown
        if not self.stream:
            words = [text(shown, generation.start + index) for index in range(self.choices)]
            answer = {"candidates": [_candidate(generation, at) for at in enumerate(words)]}
            body = orjson.dumps(answer | _tail(generation))
            return document(body, tokens=shown * self.choices)
        chunks = _chunks(generation, self.choices)
        if self.events:
            return stream(_as_events(chunks), token_steps=shown, media_type="text/event-stream")
        return stream(_as_array(chunks), token_steps=shown, media_type="application/json")

    def count(self, usage: Usage) -> Reply:
        """Return the answer to `countTokens`."""
        return document(orjson.dumps({"totalTokens": usage.prompt} | _details(usage)))


def read(incoming: Incoming) -> GeminiAsk:
    """Read a request for content; raises Refused 400."""
    body = decode(_DECODER, incoming.body)
    if not body.contents:
        raise missing("contents")
    config = body.generation_config
    ask = GeminiAsk(body=body, cap=cap_of("max_output_tokens", config.max_output_tokens))
    if config.candidate_count is not None:
        count = config.candidate_count
        ask.choices = at_least_one("candidate_count", count, most=CANDIDATES_MAX)
    return ask


def read_stream(incoming: Incoming) -> GeminiAsk:
    """Read a request for a stream of content; raises Refused 400."""
    ask = read(incoming)
    ask.stream = True
    ask.events = incoming.query.get("alt") == "sse"
    return ask


def read_count(incoming: Incoming) -> GeminiAsk:
    """Read a question for the number of tokens; raises Refused 400."""
    body = decode(_DECODER, incoming.body)
    if not body.contents and body.generate_content_request is None:
        raise missing("contents")
    return GeminiAsk(body=body)


def usage_json(usage: Usage, *, shown: int, done: bool) -> dict[str, Any]:
    """Return `usageMetadata` after so many shown tokens; thoughts are not among candidates'."""
    answer: dict[str, Any] = {"promptTokenCount": usage.prompt}
    if usage.cached:
        answer["cachedContentTokenCount"] = usage.cached
    if shown:
        answer["candidatesTokenCount"] = shown
    if usage.reasoning:
        answer["thoughtsTokenCount"] = usage.reasoning
    answer["totalTokenCount"] = usage.prompt + shown + usage.reasoning
    return answer | (_details(usage) if done else {})


def _details(usage: Usage) -> dict[str, Any]:
    return {"promptTokensDetails": [{"modality": "TEXT", "tokenCount": usage.prompt}]}


def _functions(tool: dict[str, Any]) -> list[Any]:
    declared = tool.get("functionDeclarations")
    return declared if isinstance(declared, list) else []


def _candidate(generation: Generation, at: tuple[int, str], *, last: bool = True) -> dict[str, Any]:
    index, words = at
    candidate: dict[str, Any] = {"content": {"parts": [{"text": words}], "role": "model"}}
    if last:
        candidate["finishReason"] = "MAX_TOKENS" if generation.extent.cut else "STOP"
    return candidate | {"index": index}


def _tail(generation: Generation) -> dict[str, Any]:
    """Return what stands behind the candidates of the last chunk."""
    usage = generation.usage
    told = {} if usage is None else usage_json(usage, shown=usage.shown, done=True)
    return ({"usageMetadata": told} if told else {}) | _identity(generation)


def _identity(generation: Generation) -> dict[str, Any]:
    return {"modelVersion": generation.model, "responseId": f"sim{generation.order:08d}"}


def _chunks(generation: Generation, choices: int) -> Iterator[Step]:
    """Yield the objects of a stream: one token of each candidate, and an end without text.

    Each chunk tells the usage so far, as Google's do.
    """
    usage = generation.usage
    factor = (
        0
        if usage is None or not generation.extent.shown
        else (usage.shown // (generation.extent.shown * choices))
    )
    identity = orjson.dumps(_identity(generation))[1:]
    texts = [pieces(generation.extent.shown, generation.start + at) for at in range(choices)]
    for number, words in enumerate(zip(*texts, strict=True), start=1):
        candidates = [_candidate(generation, at, last=False) for at in enumerate(words)]
        told = b""
        if usage is not None:
            so_far = usage_json(usage, shown=number * choices * factor, done=False)
            told = b',"usageMetadata":' + orjson.dumps(so_far)
        body = b'{"candidates":' + orjson.dumps(candidates) + told + b"," + identity
        yield body, choices
    ends = [_candidate(generation, (index, "")) for index in range(choices)]
    yield orjson.dumps({"candidates": ends} | _tail(generation)), 0


def _as_events(chunks: Iterator[Step]) -> Iterator[Step]:
    for data, tokens in chunks:
        yield b"data: " + data + b"\r\n\r\n", tokens


def _as_array(chunks: Iterator[Step]) -> Iterator[Step]:
    before, end = b"[", b""
    for data, tokens in chunks:
        end = b"]" if not tokens else b""
        yield before + data + end, tokens
        before = b",\r\n"
