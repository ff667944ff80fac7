"""How a stream comes in chunks changes neither what passes nor what is told of it."""

from __future__ import annotations

from itertools import pairwise

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from headgate.tokens.registry import DIALECTS
from headgate.tokens.stream import StreamTap

CHAT = DIALECTS["openai-chat"]

COUNTS = st.one_of(st.none(), st.integers(-2, 9), st.just(2**31), st.just("7"))
USAGES = st.one_of(
    st.none(), st.fixed_dictionaries({"prompt_tokens": COUNTS, "completion_tokens": COUNTS})
)
CHOICES = st.lists(
    st.fixed_dictionaries({"delta": st.fixed_dictionaries({"content": st.text(max_size=9)})}),
    max_size=2,
)
DATA = st.one_of(
    st.builds(
        lambda choices, usage: msgspec.json.encode({"choices": choices, "usage": usage}),
        CHOICES,
        USAGES,
    ),
    st.just(b'{"choices":[],"usage":{"prompt_tokens":4,"completion_tokens":2}}'),
    st.sampled_from([b"[DONE]", b"", b"{", b'{"usage":{}}', b'{"usage":{"total_tokens":1}}']),
)
PREFIXES = st.sampled_from([b"", b": comment\n", b"event: m\n", b"\n", b"\ndata:"])
FIELDS = st.sampled_from([b"data: ", b"data:", b"data"])
ENDS = st.sampled_from([b"\n\n", b"\n", b"\n\n\n", b"\n\n: ping\n\n", b""])
EVENTS = st.builds(lambda *parts: b"".join(parts), PREFIXES, FIELDS, DATA, ENDS)


@st.composite
def streams(draw: st.DrawFn) -> bytes:
    events = b"".join(draw(st.lists(EVENTS, max_size=8)))
    return events.replace(b"\n", b"\r\n") if draw(st.booleans()) else events


def follow(chunks: list[bytes], *, hide_usage: bool) -> tuple[bytes, tuple[object, ...]]:
    tap = StreamTap(CHAT, hide_usage=hide_usage)
    passed = b"".join(map(tap.feed, chunks)) + tap.finish()
    told = (tap.usage(), tap.completion_text(), tap.seen_events(), tap.complete, tap.truncated)
    return passed, told


@st.composite
def split_streams(draw: st.DrawFn) -> tuple[bytes, list[bytes]]:
    stream = draw(streams())
    cuts = sorted(draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    bounds = [0, *cuts, len(stream)]
    return stream, [stream[a:b] for a, b in pairwise(bounds)]


@settings(max_examples=400, deadline=None)
@given(split_streams(), st.booleans())
def test_any_split_passes_and_tells_the_same(
    split: tuple[bytes, list[bytes]], hide_usage: bool
) -> None:
    stream, chunks = split
    whole = follow([stream], hide_usage=hide_usage)
    assert follow(chunks, hide_usage=hide_usage) == whole
    single_bytes = [stream[at : at + 1] for at in range(len(stream))]
    assert follow(single_bytes, hide_usage=hide_usage) == whole


@settings(max_examples=200, deadline=None)
@given(split_streams())
def test_without_hiding_every_chunk_passes_untouched(split: tuple[bytes, list[bytes]]) -> None:
    tap = StreamTap(CHAT, hide_usage=False)
    for chunk in split[1]:
        assert tap.feed(chunk) is chunk


@settings(max_examples=200, deadline=None)
@given(split_streams())
def test_hiding_takes_whole_usage_only_events_and_nothing_else(
    split: tuple[bytes, list[bytes]],
) -> None:
    stream, chunks = split
    passed, told = follow(chunks, hide_usage=True)
    again, _ = follow([passed], hide_usage=True)
    assert again == passed
    assert told == follow(chunks, hide_usage=False)[1]
    if b'"usage":{' not in stream:
        assert passed == stream


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=10), st.booleans())
def test_no_bytes_make_a_tap_fail(chunks: list[bytes], hide_usage: bool) -> None:
    passed, _ = follow(chunks, hide_usage=hide_usage)
    if not hide_usage:
        assert passed == b"".join(chunks)
