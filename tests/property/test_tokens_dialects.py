"""Streams as each provider sends them: however they are split, and wherever they break off."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headgate.model.usage import TokenUsage
from headgate.tokens.answer import estimated
from headgate.tokens.array import ArrayTap
from headgate.tokens.registry import DIALECTS
from headgate.tokens.stream import StreamTap

ENCODE = msgspec.json.encode
WORDS = [" a", " long", ' "quoted"', " {brace", " 中文", " back\\slash", " new\nline", " end"]


class Stream(msgspec.Struct):
    """One recorded answer: its payloads, the text that each adds, and what it reports."""

    dialect: str
    payloads: list[tuple[object, str]]
    """Data of each event, and the generated text in it."""
    usage: TokenUsage
    done: bool = False
    named: bool = False
    hide: bool = False


def chat(name: str, kinds: list[dict[str, object]]) -> Stream:
    head = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m-1"}
    events: list[tuple[object, str]] = [
        ({**head, "choices": [], "prompt_filter_results": [], "usage": None}, "")
    ]
    for word, kind in zip(WORDS, kinds, strict=True):
        delta = msgspec.json.decode(ENCODE(kind).replace(b'"WORD"', ENCODE(word)))
        choice = {"index": 0, "delta": delta, "finish_reason": None}
        events.append(({**head, "choices": [choice], "usage": None}, word))
    stop = {"index": 0, "delta": {}, "finish_reason": "length"}
    usage = {
        "prompt_tokens": 70,
        "completion_tokens": 9,
        "total_tokens": 79,
        "prompt_tokens_details": {"cached_tokens": 64},
        "completion_tokens_details": {"reasoning_tokens": 2},
    }
    events += [
        ({**head, "choices": [stop], "usage": None}, ""),
        ({**head, "choices": [], "usage": usage}, ""),
    ]
    told = TokenUsage(
        input_tokens=70, output_tokens=9, cached_tokens=64, reasoning_tokens=2, model="m-1"
    )
    return Stream(name, events, told, done=True, hide=True)


def completions() -> Stream:
    events: list[tuple[object, str]] = [
        ({"model": "m-1", "choices": [{"index": 0, "text": word, "finish_reason": None}]}, word)
        for word in WORDS
    ]
    last = {"model": "m-1", "choices": [{"index": 0, "text": "", "finish_reason": "length"}]}
    usage = {"model": "m-1", "choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 8}}
    told = TokenUsage(input_tokens=7, output_tokens=8, model="m-1")
    return Stream("openai-completions", [*events, (last, ""), (usage, "")], told, done=True)


def responses() -> Stream:
    kinds = ["output_text", "reasoning_text", "reasoning_summary_text", "refusal"]
    kinds += ["function_call_arguments", "custom_tool_call_input", "audio.transcript"]
    kinds += ["code_interpreter_call_code"]
    created = {"id": "r1", "object": "response", "model": "m-1", "status": "in_progress"}
    events: list[tuple[object, str]] = [
        ({"type": "response.created", "response": {**created, "usage": None}}, ""),
        ({"type": "response.audio.delta", "delta": "UklGRg=="}, ""),
    ]
    for number, (word, kind) in enumerate(zip(WORDS, kinds, strict=True)):
        content = {"type": f"response.{kind}.delta", "delta": word, "sequence_number": number}
        events.append((content, word))
    output = [{"type": "message", "content": [{"type": "output_text", "text": "".join(WORDS)}]}]
    events.append(({"type": "response.output_text.done", "text": "".join(WORDS)}, ""))
    final = {
        **created,
        "status": "incomplete",
        "incomplete_details": {"reason": "max_output_tokens"},
        "output": output,
        "usage": {
            "input_tokens": 70,
            "input_tokens_details": {"cached_tokens": 64},
            "output_tokens": 9,
            "output_tokens_details": {"reasoning_tokens": 2},
            "total_tokens": 79,
        },
    }
    events.append(({"type": "response.incomplete", "response": final}, ""))
    told = TokenUsage(
        input_tokens=70, output_tokens=9, cached_tokens=64, reasoning_tokens=2, model="m-1"
    )
    return Stream("openai-responses", events, told, named=True)


def anthropic() -> Stream:
    start = {
        "type": "message_start",
        "message": {
            "model": "m-1",
            "content": [],
            "usage": {
                "input_tokens": 5,
                "cache_creation_input_tokens": 20,
                "cache_read_input_tokens": 45,
                "output_tokens": 1,
            },
        },
    }
    text = {
        "type": "content_block_start",
        "index": 0,
        "content_block": {"type": "text", "text": ""},
    }
    events: list[tuple[object, str]] = [(start, ""), (text, ""), ({"type": "ping"}, "")]
    kinds = [("text_delta", "text"), ("thinking_delta", "thinking")]
    kinds += [("input_json_delta", "partial_json"), ("text_delta", "text")]
    for word, (kind, member) in zip(WORDS, kinds * 2, strict=True):
        delta = {"type": kind, member: word}
        events.append(({"type": "content_block_delta", "index": 0, "delta": delta}, word))
    events += [
        ({"type": "content_block_stop", "index": 0}, ""),
        (
            {
                "type": "message_delta",
                "delta": {"stop_reason": "max_tokens"},
                "usage": {"output_tokens": 9},
            },
            "",
        ),
        ({"type": "message_stop"}, ""),
    ]
    told = TokenUsage(
        input_tokens=70,
        cached_tokens=45,
        cache_write_tokens=20,
        output_tokens=9,
        model="m-1",
    )
    return Stream("anthropic-messages", events, told, named=True)


def gemini() -> Stream:
    events: list[tuple[object, str]] = []
    for number, word in enumerate(WORDS, 1):
        candidate: dict[str, object] = {"content": {"parts": [{"text": word}]}, "index": 0}
        if number == len(WORDS):
            candidate["finishReason"] = "MAX_TOKENS"
        usage = {
            "promptTokenCount": 60,
            "toolUsePromptTokenCount": 10,
            "cachedContentTokenCount": 64,
            "candidatesTokenCount": number,
            "thoughtsTokenCount": 2,
        }
        events.append(
            ({"candidates": [candidate], "usageMetadata": usage, "modelVersion": "m-1"}, word)
        )
    told = TokenUsage(
        input_tokens=70, output_tokens=10, cached_tokens=64, reasoning_tokens=2, model="m-1"
    )
    return Stream("gemini", events, told)


def images() -> Stream:
    partial = {"type": "image_generation.partial_image", "b64_json": "iVBORw0KGgo="}
    usage = {"input_tokens": 70, "output_tokens": 9, "input_tokens_details": {"image_tokens": 3}}
    last = {"type": "image_generation.completed", "b64_json": "iVBORw0KGgo=" * 50, "usage": usage}
    told = TokenUsage(input_tokens=70, output_tokens=9, image_input_tokens=3, image_output_tokens=9)
    return Stream("openai-images", [(partial, ""), (last, "")], told)


def audio() -> Stream:
    events: list[tuple[object, str]] = [
        ({"type": "transcript.text.delta", "delta": word}, word) for word in WORDS
    ]
    usage = {
        "type": "tokens",
        "input_tokens": 70,
        "input_token_details": {"text_tokens": 0, "audio_tokens": 70},
        "output_tokens": 9,
    }
    last = {"type": "transcript.text.done", "text": "".join(WORDS), "usage": usage}
    told = TokenUsage(input_tokens=70, output_tokens=9, audio_input_tokens=70)
    return Stream("openai-audio", [*events, (last, "")], told)


KINDS: list[dict[str, object]] = [
    {"role": "assistant", "content": "WORD"},
    {"reasoning_content": "WORD"},
    {"reasoning": "WORD"},
    {"refusal": "WORD"},
    {"tool_calls": [{"index": 0, "id": "x", "function": {"arguments": "WORD"}}]},
    {"function_call": {"arguments": "WORD"}},
    {"audio": {"id": "a", "transcript": "WORD", "data": "UklGRg=="}},
    {"reasoning": "WORD", "reasoning_content": "WORD"},
]
STREAMS = {
    stream.dialect: stream
    for stream in (
        chat("openai-chat", KINDS),
        completions(),
        responses(),
        anthropic(),
        gemini(),
        images(),
        audio(),
    )
}
NAMES = st.sampled_from(sorted(STREAMS))


def event_of(stream: Stream, content: object, *, lines: bool = False) -> bytes:
    data = ENCODE(content)
    name = content.get("type") if stream.named and isinstance(content, dict) else None
    if lines:
        data = data.replace(b",", b",\ndata: ", 1)
    return (f"event: {name}\n".encode() if name else b"") + b"data: " + data + b"\n\n"


@st.composite
def recordings(draw: st.DrawFn) -> tuple[Stream, bytes]:
    stream = STREAMS[draw(NAMES)]
    written = b""
    for content, _ in stream.payloads:
        written += draw(st.sampled_from([b"", b"", b": ping\n\n", b": note\n", b"id: 7\n"]))
        written += event_of(stream, content, lines=draw(st.booleans()))
    if stream.done:
        written += b"data: [DONE]\n\n"
    if draw(st.booleans()):
        written = written.removesuffix(b"\n\n")
    if draw(st.booleans()):
        written = written.replace(b"\n", b"\r\n")
    return stream, written


def split(data: st.DataObject, written: bytes) -> list[bytes]:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(written)), max_size=20)))
    return [written[a:b] for a, b in pairwise([0, *cuts, len(written)])]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_split_of_any_stream_gives_its_usage(data: st.DataObject) -> None:
    stream, written = data.draw(recordings())
    chunks = split(data, written)
    tap = StreamTap(DIALECTS[stream.dialect], hide_usage=stream.hide and data.draw(st.booleans()))
    for chunk in chunks:
        tap.feed(chunk)
        if data.draw(st.integers(0, 9)) == 0:
            tap.seen_tokens()
    tap.finish()
    assert tap.usage() == tap.partial() == stream.usage
    assert tap.completion_text() == "".join(text for _, text in stream.payloads)
    assert tap.readable
    assert tap.complete
    assert tap.truncated or stream.dialect in ("openai-images", "openai-audio")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_split_of_an_array_gives_its_usage(data: st.DataObject) -> None:
    stream = STREAMS["gemini"]
    elements = [msgspec.json.format(ENCODE(content), indent=2) for content, _ in stream.payloads]
    written = b"[" + b"\n,\r\n".join(elements) + b"\n]\n"
    tap = ArrayTap(DIALECTS["gemini"])
    for chunk in split(data, written):
        assert tap.feed(chunk) is chunk
    assert tap.usage() == stream.usage
    assert tap.completion_text() == "".join(WORDS)
    assert tap.truncated


def tokens(text: str) -> int:
    return len(text.split())


@pytest.mark.parametrize("name", sorted(set(STREAMS) - {"openai-images"}))
def test_a_stream_that_breaks_off_is_charged_what_passed(name: str) -> None:
    stream = STREAMS[name]
    tap = StreamTap(DIALECTS[name], hide_usage=False)
    passed = 0
    for content, text in stream.payloads:
        tap.feed(event_of(stream, content))
        passed += tokens(text)
        usage = tap.usage()
        if usage is None:
            completion = tokens(tap.completion_text())
            usage = estimated(
                tap.partial(), 70, completion=completion, model="m", readable=tap.readable
            )
            assert usage.basis == "estimated"
        prompt = stream.usage.input_tokens if usage.reported else 70
        assert usage.input_tokens == prompt
        assert abs(usage.output_tokens - passed) <= 2


@pytest.mark.parametrize("name", sorted(set(STREAMS) - {"openai-images", "openai-audio"}))
def test_a_stream_may_be_ended_after_every_event_but_not_within_one(name: str) -> None:
    stream = STREAMS[name]
    told = TokenUsage(input_tokens=70, output_tokens=5)
    for number in range(len(WORDS)):
        tap = StreamTap(DIALECTS[name], hide_usage=False)
        events = [event_of(stream, content) for content, _ in stream.payloads]
        before = b"".join(events[:number]) + events[number][:20]
        tap.feed(before)
        assert tap.cut(told, show_usage=True) is None
        tap.feed(events[number][20:])
        ending = tap.cut(told, show_usage=True)
        assert ending is not None
        client = StreamTap(DIALECTS[name], hide_usage=False)
        client.feed(b"".join(events[: number + 1]) + ending)
        assert client.truncated
        assert client.complete
        seen = client.usage()
        assert seen is not None
        assert (seen.input_tokens, seen.output_tokens) == (70, 5)
        assert client.completion_text() == "".join(t for _, t in stream.payloads[: number + 1])
