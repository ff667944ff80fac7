from __future__ import annotations

import msgspec
import pytest

from headgate.model.usage import TokenUsage
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


TOLD = TokenUsage(input_tokens=7, output_tokens=3)
ANTHROPIC = DIALECTS["anthropic-messages"]
MESSAGE = (
    b'data: {"type":"message_start","message":{"model":"claude","usage":{"input_tokens":7,'
    b'"output_tokens":1}}}\n\n'
)
DELTA = b'data: {"type":"content_block_delta","index":0,"delta":{"text":"one two"}}\n\n'
MESSAGE_END = b'data: {"type":"message_delta","delta":{},"usage":{"output_tokens":3}}\n\n'


def test_a_report_that_text_followed_is_partial() -> None:
    following = tap(USAGE, content("more"))
    assert following.usage() is None
    partial = following.partial()
    assert partial is not None
    assert (partial.input_tokens, partial.output_tokens) == (7, 3)
    assert tap(content("a")).partial() is None


def test_the_prompt_of_the_first_event_outlives_a_long_stream(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stream, "RETAINED", 1)
    following = StreamTap(ANTHROPIC, hide_usage=False)
    for event in (MESSAGE, *[DELTA] * 40):
        following.feed(event)
        following.seen_events()
    assert following.usage() is None
    assert following.partial() == TokenUsage(input_tokens=7, output_tokens=1, model="claude")
    following.feed(MESSAGE_END)
    assert following.usage() == TokenUsage(input_tokens=7, output_tokens=3, model="claude")
    assert following.completion_text() == "one two" * 40


@pytest.mark.parametrize("step", [1000, BLOCK, 10**9])
def test_the_usage_of_a_giant_last_event_is_found_at_its_end(step: int) -> None:
    picture = b'data: {"type":"image_generation.completed","b64_json":"' + b"A" * 3_000_000
    picture += b'","usage":{"input_tokens":5,"output_tokens":9,"output_tokens_details":{}},"x":1}'
    following = StreamTap(DIALECTS["openai-images"], hide_usage=False)
    for at in range(0, len(picture), step):
        following.feed(picture[at : at + step])
    following.feed(b"\n\n")
    usage = following.usage()
    assert usage is not None
    assert (usage.input_tokens, usage.output_tokens) == (5, 9)


def test_of_a_giant_stream_that_reports_nothing_there_is_no_usage() -> None:
    for end in (b"", b'"usage":{', b'"usage":{"a":' + b"{}," * 3000, b'"usage":{}}\n\n' + DONE):
        following = tap(b"data: " + b"A" * 1_500_000, b"A" * 1_500_000 + end)
        assert following.usage() is None


def test_a_long_event_is_read_whole_while_it_is_kept() -> None:
    last = USAGE.replace(b'"choices":[]', b'"choices":[],"padding":"' + b"x" * 3 * BLOCK + b'"')
    following = StreamTap(CHAT, hide_usage=False)
    for chunk in (content("a"), last[:BLOCK], last[BLOCK:]):
        following.feed(chunk)
        following.seen_events()
    usage = following.usage()
    assert usage is not None
    assert usage.model == "gpt-4o"


def test_tokens_seen_are_events_unless_the_stream_reports_along_the_way() -> None:
    assert tap(content("a"), content("b")).seen_tokens() == 2
    following = StreamTap(DIALECTS["gemini"], hide_usage=False)
    assert following.seen_tokens() == 0
    following.feed(b'data: {"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":40}}\n\n')
    assert following.seen_tokens() == 40


@pytest.mark.parametrize(
    ("chunk", "known"),
    [(b"", True), (DONE, True), (content("a"), True), (b'data: {"odd":1}\n\n', False)],
)
def test_a_stream_of_another_shape_is_not_readable(chunk: bytes, known: bool) -> None:
    assert tap(b": ping\n\n", chunk).readable is known


def test_a_stream_is_ended_between_events() -> None:
    following = tap(content("a"))
    ending = following.cut(TOLD, show_usage=False)
    assert ending is not None
    assert b"usage" not in ending
    client = tap(content("a"), ending)
    assert client.truncated
    assert client.completion_text() == "a"


def test_an_event_that_has_begun_is_passed_to_its_end_first() -> None:
    event = content("b")
    following = tap(content("a"), event[:9])
    assert following.cut(TOLD, show_usage=True) is None
    following.feed(event[9:-1])
    assert following.cut(TOLD, show_usage=True) is None
    assert following.seam == event[-3:-1]
    following.feed(event[-1:])
    ending = following.cut(TOLD, show_usage=True)
    assert ending is not None
    client = tap(content("a"), event, ending)
    assert client.completion_text() == following.completion_text() == "ab"
    assert client.usage() == TokenUsage(input_tokens=7, output_tokens=3)


def test_an_event_that_is_held_back_is_passed_to_its_end_first() -> None:
    event = content("b")
    following = tap(content("a"), event[:9], hide_usage=True)
    assert following.cut(TOLD, show_usage=False) is None
    assert following.feed(event[9:]) == event
    ending = following.cut(TOLD, show_usage=False)
    assert ending is not None
    assert ending.startswith(b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}')


def test_an_empty_stream_can_be_ended() -> None:
    ending = tap().cut(TOLD, show_usage=True)
    assert ending is not None
    assert ending.endswith(DONE)
