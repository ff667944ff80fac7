from __future__ import annotations

import pytest

from headgate.tokens.hiding import LONGEST_HELD, UsageHider
from headgate.tokens.registry import DIALECTS

CHAT = DIALECTS["openai-chat"]
CONTENT = b'data: {"choices":[{"delta":{"content":"hi"}}],"usage":null}\n\n'
FILTER = b'data: {"choices":[],"prompt_filter_results":[{"prompt_index":0}],"usage":null}\n\n'
USAGE = b'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}\n\n'
LAST_CONTENT = b'data: {"choices":[{"delta":{}}],"usage":{"prompt_tokens":1}}\n\n'
DONE = b"data: [DONE]\n\n"


def passed(*chunks: bytes) -> bytes:
    hider = UsageHider(CHAT)
    return b"".join(map(hider.feed, chunks)) + hider.finish()


def test_the_usage_only_event_is_taken_out() -> None:
    assert passed(CONTENT, USAGE, DONE) == CONTENT + DONE
    assert passed(CONTENT + USAGE + DONE) == CONTENT + DONE


@pytest.mark.parametrize("event", [CONTENT, FILTER, LAST_CONTENT, DONE, b": ping\n\n", b"\n"])
def test_other_events_pass(event: bytes) -> None:
    assert passed(event, DONE) == event + DONE


def test_a_chunk_of_whole_events_is_passed_as_the_same_object() -> None:
    hider = UsageHider(CHAT)
    for chunk in (FILTER, CONTENT + CONTENT, DONE.replace(b"\n", b"\r\n")):
        assert hider.feed(chunk) is chunk


def test_only_the_unfinished_event_waits_for_its_blank_line() -> None:
    hider = UsageHider(CHAT)
    assert hider.feed(CONTENT + CONTENT[:9]) == CONTENT
    assert hider.feed(CONTENT[9:-1]) == b""
    assert hider.feed(b"\n") == CONTENT


def test_usage_that_straddles_chunks_is_taken_out() -> None:
    for cut in range(len(USAGE)):
        assert passed(CONTENT + USAGE[:cut], USAGE[cut:] + DONE) == CONTENT + DONE


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_comments_and_fields_of_the_event_go_with_it(end: bytes) -> None:
    event = (b": last\nevent: message\n" + USAGE).replace(b"\n", end)
    other = CONTENT.replace(b"\n", end)
    assert passed(other + event + other) == other + other


def test_usage_in_several_data_lines_is_taken_out() -> None:
    event = b'data: {"choices":[],\ndata: "usage" : {"prompt_tokens":1}}\n\n'
    assert passed(event) == b""


def test_extra_blank_lines_stay() -> None:
    assert passed(CONTENT + b"\n\n" + USAGE + b"\r\n" + DONE) == CONTENT + b"\n\n\r\n" + DONE


def test_at_the_end_a_held_event_passes_unless_it_is_usage_only() -> None:
    assert passed(CONTENT[:-1]) == CONTENT[:-1]
    assert passed(USAGE[:-1]) == b""
    assert passed(USAGE[:-2]) == b""
    assert passed(USAGE[:-4]) == USAGE[:-4]


def padded(size: int) -> bytes:
    return USAGE[:-2] + b" " * (size - len(USAGE)) + b"\n\n"


@pytest.mark.parametrize("step", [LONGEST_HELD * 2, 1000])
def test_an_event_is_held_up_to_the_bound_and_passed_as_it_is_beyond(step: int) -> None:
    for size, hidden in ((LONGEST_HELD, True), (LONGEST_HELD + 1, False)):
        stream = padded(size)
        chunks = [stream[at : at + step] for at in range(0, len(stream), step)]
        assert passed(*chunks) == (b"" if hidden else stream)


def test_an_endless_event_is_passed_on_while_it_comes() -> None:
    hider = UsageHider(CHAT)
    sent = got = 0
    for _ in range(100):
        sent += 10_000
        got += len(hider.feed(b"x" * 10_000))
        assert sent - got <= LONGEST_HELD
    assert hider.feed(b"\n\n" + USAGE + DONE) == b"\n\n" + DONE
    assert hider.finish() == b""


def test_after_an_endless_event_its_blank_line_is_found_across_chunks() -> None:
    hider = UsageHider(CHAT)
    hider.feed(b"x" * (LONGEST_HELD + 1))
    assert hider.feed(b"\r\n") + hider.feed(b"\r") + hider.feed(b"\n" + USAGE) == b"\r\n\r\n"
