from __future__ import annotations

import msgspec
import pytest

from headgate.tokens import stream
from headgate.tokens.registry import DIALECTS
from headgate.tokens.stream import BLOCK, LONGEST_EVENT, RETAINED, StreamTap

CHAT = DIALECTS["openai-chat"]
FILTER = b'data: {"choices":[],"prompt_filter_results":[{"prompt_index":0}]}\n\n'
STOP = b'data: {"choices":[{"delta":{},"finish_reason":"stop"}],"usage":null}\n\n'
CUT = STOP.replace(b"stop", b"length")
USAGE = (
    b'data: {"model":"gpt-4o","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3,'
    b'"prompt_tokens_details":{"cached_tokens":2},'
    b'"completion_tokens_details":{"reasoning_tokens":1}}}\n\n'
)
DONE = b"data: [DONE]\n\n"


def content(text: str) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": None}
    return b"data: " + msgspec.json.encode({"choices": [choice], "usage": None}) + b"\n\n"


def tap(*chunks: bytes, hide_usage: bool = False) -> StreamTap:
    made = StreamTap(CHAT, hide_usage=hide_usage)
    for chunk in chunks:
        made.feed(chunk)
    return made


def test_what_is_not_hidden_passes_as_the_same_object() -> None:
    following = StreamTap(CHAT, hide_usage=False)
    for chunk in (content("a"), b"half an ev", USAGE, DONE):
        assert following.feed(chunk) is chunk
    assert following.finish() == b""


def test_usage_is_hidden_and_still_read() -> None:
    following = StreamTap(CHAT, hide_usage=True)
    chunks = (content("a"), USAGE[:50], USAGE[50:] + DONE)
    assert b"".join(map(following.feed, chunks)) + following.finish() == content("a") + DONE
    assert following.usage() is not None


def test_held_bytes_come_out_at_the_end() -> None:
    following = StreamTap(CHAT, hide_usage=True)
    assert following.feed(b"data: hal") == b""
    assert following.finish() == b"data: hal"


def test_the_end_of_the_stream_reports_usage() -> None:
    usage = tap(FILTER, content("a"), STOP, USAGE, DONE).usage()
    assert usage is not None
    assert (usage.input_tokens, usage.output_tokens) == (7, 3)
    assert (usage.cached_tokens, usage.reasoning_tokens) == (2, 1)
    assert (usage.model, usage.reported) == ("gpt-4o", True)


@pytest.mark.parametrize("last", [b"", DONE, b": ping\n\n" * 10, b"\n"])
def test_usage_is_found_before_the_very_end(last: bytes) -> None:
    assert tap(content("a"), USAGE + last).usage() is not None


def test_usage_is_found_without_a_last_blank_line() -> None:
    assert tap(content("a"), USAGE[:-2]).usage() is not None


def test_usage_in_the_last_event_with_content_counts() -> None:
    event = b'data: {"choices":[{"delta":{"content":"!"}}],"usage":{"total_tokens":9}}\n\n'
    usage = tap(event, DONE).usage()
    assert usage is not None
    assert usage.input_tokens == 9


def test_the_last_of_several_reports_counts() -> None:
    earlier = USAGE.replace(b'"completion_tokens":3', b'"completion_tokens":2')
    usage = tap(earlier, USAGE, STOP, DONE).usage()
    assert usage is not None
    assert usage.output_tokens == 3


@pytest.mark.parametrize(
    "chunk",
    [b"", content('a "usage":{"prompt_tokens":1} b'), STOP, USAGE[:-5], b"\xff\n\n", b"\r\r\n"],
)
def test_a_stream_without_a_report_has_no_usage(chunk: bytes) -> None:
    assert tap(content("a"), chunk, DONE).usage() is None


@pytest.mark.parametrize(("last", "complete"), [(DONE, True), (STOP, True), (content("b"), False)])
def test_a_stream_is_complete_when_it_says_so(last: bytes, complete: bool) -> None:
    assert tap(content("a"), last).complete is complete


def test_a_stream_that_ended_at_its_cap_is_truncated() -> None:
    assert tap(content("a"), CUT, USAGE, DONE).truncated
    assert not tap(content("a"), STOP, USAGE, DONE).truncated


def test_the_text_is_that_of_whole_events() -> None:
    following = tap(FILTER, content("It is"), content(" mild"), content(" and")[:-2])
    assert following.completion_text() == "It is mild and"
    assert tap(content("It"), content(" is")[:-9]).completion_text() == "It"
    assert tap().completion_text() == ""


def test_the_text_may_be_asked_for_while_the_stream_goes_on() -> None:
    following = tap(content("a"))
    assert following.completion_text() == "a"
    following.feed(content("b"))
    assert following.completion_text() == "ab"


def test_data_lines_are_counted_along_the_way() -> None:
    following = tap(content("a"), b": ping\n\n", content("data: b"))
    assert following.seen_events() == 2
    following.feed(DONE[:3])
    assert following.seen_events() == 2
    following.feed(DONE[3:].replace(b"\n", b"\r\n") + b"event: x\r\ndata:y")
    assert following.seen_events() == 4
    assert following.seen_events() == 4


def test_a_long_stream_keeps_its_text_and_its_usage_and_little_else() -> None:
    following = StreamTap(CHAT, hide_usage=False)
    padding = b": " + b"x" * 2000 + b"\n\n"
    number = 3 * RETAINED // len(padding)
    for index in range(number):
        following.feed(content(f"{index} ") + padding)
    following.feed(USAGE + DONE)
    assert following.completion_text() == "".join(f"{index} " for index in range(number))
    assert following.usage() is not None
    assert following.seen_events() == number + 2
    assert following.omitted == 0
    assert following._kept <= RETAINED + 2 * BLOCK


def test_of_a_giant_event_only_the_size_is_remembered() -> None:
    following = StreamTap(CHAT, hide_usage=False)
    following.feed(content("before"))
    for _ in range(3 * (RETAINED + LONGEST_EVENT) // BLOCK):
        following.feed(b"x" * BLOCK)
    following.feed(b"\n\n" + content("after") + DONE)
    assert following.completion_text() == "beforeafter"
    assert following.omitted > LONGEST_EVENT
    assert len(following._unfinished) <= LONGEST_EVENT


def test_of_giant_text_the_rest_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "RETAINED", 1)
    monkeypatch.setattr(stream, "LONGEST_TEXT", 8)
    following = StreamTap(CHAT, hide_usage=False)
    for text in ("four", "four", "five5", "last"):
        following.feed(content(text))
        following.seen_events()
    assert following.completion_text() == "fourfour" + "last"
    assert following.omitted == len("five5")
