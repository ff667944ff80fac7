"""A stream is cut where it is, however its bytes come."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from headgate.tokens.cutting import CuttingTap
from headgate.tokens.registry import DIALECTS
from headgate.tokens.stream import StreamTap

Cuts = st.lists(st.integers(min_value=1, max_value=60), max_size=20)


def chat(number: int, newline: bytes) -> bytes:
    choice = {"index": 0, "delta": {"content": f"w{number}"}}
    data = msgspec.json.encode({"id": "c", "choices": [choice]})
    return b"data: " + data + newline + newline


def messages(number: int, newline: bytes) -> bytes:
    event = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta"}}
    event["delta"] = {"type": "text_delta", "text": f"w{number}"}
    data = msgspec.json.encode(event)
    return b"event: content_block_delta" + newline + b"data: " + data + newline + newline


def passed(dialect: str, chunks: list[bytes], *, most: int, hides: bool) -> tuple[bytes, bool, str]:
    tap = StreamTap(DIALECTS[dialect], hide_usage=hides)
    cutting = CuttingTap(tap, most=most, prompt=3, shows_usage=True)
    out = b"".join([cutting.feed(chunk) for chunk in chunks])
    return out + cutting.finish(), cutting.ended, tap.completion_text()


@given(
    dialect=st.sampled_from(["openai-chat", "anthropic-messages"]),
    number=st.integers(min_value=0, max_value=9),
    most=st.integers(min_value=1, max_value=9),
    steps=Cuts,
    newline=st.sampled_from([b"\n", b"\r\n"]),
    hides=st.booleans(),
)
def test_where_a_stream_is_cut_does_not_depend_on_its_chunks(
    dialect: str, number: int, most: int, steps: list[int], newline: bytes, hides: bool
) -> None:
    make = chat if dialect == "openai-chat" else messages
    events = [make(at, newline) for at in range(number)]
    if dialect == "openai-chat":
        finish = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}'
        events += [finish + newline + newline, b"data: [DONE]" + newline + newline]
    stream = b"".join(events)
    chunks, at = [], 0
    for step in steps:
        chunks.append(stream[at : at + step])
        at += step
    chunks.append(stream[at:])
    expected = passed(dialect, events, most=most, hides=hides)
    assert passed(dialect, chunks, most=most, hides=hides) == expected
    assert expected[1] is (number > most)
