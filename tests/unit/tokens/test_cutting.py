from __future__ import annotations

import msgspec
import pytest

from headgate.tokens.cutting import HELD_MAX, CuttingTap
from headgate.tokens.registry import DIALECTS
from headgate.tokens.stream import StreamTap

DONE = b"data: [DONE]\n\n"
FINISH = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'
USAGE = b'data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3}}\n\n'


def word(text: str) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": None}
    chunk = {"id": "c1", "model": "gpt-4o", "choices": [choice]}
    return b"data: " + msgspec.json.encode(chunk) + b"\n\n"


WORDS = [word(f"w{number}") for number in range(6)]


def cutting(
    most: int, *, dialect: str = "openai-chat", hides: bool = False, shows_usage: bool = False
) -> CuttingTap:
    tap = StreamTap(DIALECTS[dialect], hide_usage=hides)
    return CuttingTap(tap, most=most, prompt=7, shows_usage=shows_usage)


def events(data: bytes) -> list[bytes]:
    assert data.endswith(b"\n\n")
    return [event.removeprefix(b"data: ") for event in data.split(b"\n\n")[:-1]]


@pytest.mark.parametrize("most", [1, 2, 5])
def test_so_many_tokens_pass_and_then_the_answer_ends_as_at_a_cap(most: int) -> None:
    tap = cutting(most)
    passed = [tap.feed(chunk) for chunk in WORDS]
    assert passed[:most] == WORDS[:most]
    assert tap.ended
    finish, done = events(passed[most])
    [choice] = msgspec.json.decode(finish)["choices"]
    assert choice["finish_reason"] == "length"
    assert done == b"[DONE]"
    assert b"".join(passed[most + 1 :]) == b""
    assert tap.finish() == b""


def test_an_answer_that_keeps_to_its_hold_passes_as_it_is() -> None:
    tap = cutting(6)
    for chunk in WORDS:
        assert tap.feed(chunk) is chunk
    assert not tap.ended


def test_an_answer_that_comes_at_once_is_cut_at_the_event() -> None:
    tap = cutting(2)
    passed = tap.feed(b"".join([*WORDS, FINISH, DONE]))
    assert tap.ended
    assert passed.startswith(WORDS[0] + WORDS[1])
    finish, done = events(passed)[2:]
    assert msgspec.json.decode(finish)["choices"][0]["finish_reason"] == "length"
    assert done == b"[DONE]"
    assert tap.tap.completion_text() == "w0w1"
    assert tap.feed(DONE) == tap.finish() == b""


@pytest.mark.parametrize("together", [False, True])
def test_an_answer_of_just_so_many_tokens_ends_by_itself(together: bool) -> None:
    tap = cutting(6)
    chunks = [*WORDS, FINISH, USAGE, DONE]
    given = [b"".join(chunks)] if together else chunks
    assert b"".join([tap.feed(chunk) for chunk in given]) + tap.finish() == b"".join(chunks)
    assert not tap.ended
    usage = tap.tap.usage()
    assert usage is not None
    assert usage.output_tokens == 3


def test_an_event_is_held_back_until_it_is_known_whether_it_has_text() -> None:
    tap = cutting(6)
    tap.feed(b"".join(WORDS))
    assert tap.feed(FINISH[:20]) == b""
    assert tap.feed(FINISH[20:]) == FINISH
    assert tap.feed(DONE[:5]) == b""
    assert tap.finish() == DONE[:5]


@pytest.mark.parametrize(("more", "ended"), [(0, False), (1, True)])
def test_what_is_held_back_is_bounded(more: int, ended: bool) -> None:
    tap = cutting(6)
    tap.feed(b"".join(WORDS))
    passed = tap.feed(b"data: ".ljust(HELD_MAX + more, b"x"))
    assert tap.ended is ended
    assert passed.endswith(DONE) is ended


def test_many_events_in_a_chunk_that_keep_to_the_hold_pass_as_they_are() -> None:
    tap = cutting(8)
    whole = b"".join([*WORDS, FINISH, DONE])
    assert tap.feed(whole) == whole
    assert not tap.ended


def test_chunks_of_several_events_are_counted_by_their_events() -> None:
    tap = cutting(4)
    pairs = [WORDS[0] + WORDS[1], WORDS[2] + WORDS[3], WORDS[4] + WORDS[5]]
    passed = [tap.feed(pair) for pair in pairs]
    assert passed[:2] == pairs[:2]
    assert tap.ended
    assert b"w4" not in passed[2]


def test_what_is_cut_off_is_not_counted() -> None:
    tap = cutting(2)
    for chunk in WORDS:
        tap.feed(chunk)
    assert tap.tap.completion_text() == "w0w1"
    assert tap.tap.seen_tokens() == 2
    assert not tap.tap.complete


def test_an_event_that_has_begun_is_passed_to_its_end() -> None:
    tap = cutting(2)
    third = WORDS[2]
    passed = [tap.feed(chunk) for chunk in (*WORDS[:2], third[:20])]
    # Its beginning is out, or not, but what the client has is whole events.
    passed += [tap.feed(third[20:]), tap.feed(WORDS[3])]
    data = b"".join(passed)
    assert tap.ended
    assert all(event == b"[DONE]" or msgspec.json.decode(event) for event in events(data))


@pytest.mark.parametrize("size", [1, 3, 7, 40])
def test_however_the_bytes_come_the_client_gets_whole_events_and_an_end(size: int) -> None:
    tap = cutting(3, hides=True)
    stream = b"".join([*WORDS, FINISH, USAGE, DONE])
    parts = [stream[at : at + size] for at in range(0, len(stream), size)]
    data = b"".join([tap.feed(part) for part in parts]) + tap.finish()
    assert tap.ended
    *content, last, done = events(data)
    assert done == b"[DONE]"
    assert msgspec.json.decode(last)["choices"][0]["finish_reason"] == "length"
    assert 2 <= len(content) <= 4
    assert [msgspec.json.decode(event)["choices"][0]["delta"] for event in content] == [
        {"content": f"w{number}"} for number in range(len(content))
    ]


@pytest.mark.parametrize("shows", [True, False])
def test_usage_is_shown_to_who_asked_for_it(shows: bool) -> None:
    tap = cutting(2, hides=not shows, shows_usage=shows)
    end = [tap.feed(chunk) for chunk in WORDS][2]
    assert (b'"usage"' in end) is shows
    if shows:
        told = msgspec.json.decode(events(end)[1])["usage"]
        assert (told["prompt_tokens"], told["completion_tokens"]) == (7, 2)


ANTHROPIC = [
    b'event: message_start\ndata: {"type":"message_start","message":{"id":"m","model":"claude",'
    b'"usage":{"input_tokens":7,"output_tokens":1}}}\n\n',
    b'event: content_block_start\ndata: {"type":"content_block_start","index":0,'
    b'"content_block":{"type":"text","text":""}}\n\n',
    *[
        b'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,'
        b'"delta":{"type":"text_delta","text":"w"}}\n\n'
    ]
    * 6,
]
GEMINI = [
    b'data: {"candidates":[{"index":0,"content":{"role":"model","parts":[{"text":"w"}]}}],'
    b'"usageMetadata":{"promptTokenCount":7,"candidatesTokenCount":%d}}\n\n' % (10 * number)
    for number in range(1, 6)
]
RESPONSES = [
    b'event: response.created\ndata: {"type":"response.created","sequence_number":0,'
    b'"response":{"id":"r","object":"response","status":"in_progress","output":[]}}\n\n',
    *[
        b'event: response.output_text.delta\ndata: {"type":"response.output_text.delta",'
        b'"sequence_number":%d,"item_id":"i","output_index":0,"content_index":0,"delta":"w"}\n\n'
        % number
        for number in range(1, 7)
    ],
]


@pytest.mark.parametrize(
    ("dialect", "chunks", "most", "mark"),
    [
        ("anthropic-messages", ANTHROPIC, 4, b'"stop_reason":"max_tokens"'),
        ("gemini", GEMINI, 25, b'"finishReason":"MAX_TOKENS"'),
        ("openai-responses", RESPONSES, 4, b'"reason":"max_output_tokens"'),
    ],
)
def test_each_dialect_has_an_end_of_its_own(
    dialect: str, chunks: list[bytes], most: int, mark: bytes
) -> None:
    tap = cutting(most, dialect=dialect)
    passed = [tap.feed(chunk) for chunk in chunks]
    assert tap.ended
    last = next(data for data, chunk in zip(passed, chunks, strict=True) if data != chunk)
    assert mark in last


def test_tokens_that_a_stream_reports_itself_are_what_counts() -> None:
    tap = cutting(25, dialect="gemini")
    passed = [tap.feed(chunk) for chunk in GEMINI]
    # The third event crosses the line and passes whole; the fourth is not passed on.
    assert passed[:3] == GEMINI[:3]
    assert passed[3] not in (GEMINI[3], b"")
    assert passed[4] == b""
