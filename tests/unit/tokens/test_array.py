from __future__ import annotations

import msgspec
import pytest

from headgate.model.usage import TokenUsage
from headgate.tokens.array import ArrayTap
from headgate.tokens.registry import DIALECTS

GEMINI = DIALECTS["gemini"]
TOLD = TokenUsage(input_tokens=4, output_tokens=2)


def element(text: str) -> bytes:
    content = {"candidates": [{"content": {"parts": [{"text": text}]}, "index": 0}]}
    return msgspec.json.format(msgspec.json.encode(content), indent=2)


def tap(*chunks: bytes) -> ArrayTap:
    made = ArrayTap(GEMINI)
    for chunk in chunks:
        assert made.feed(chunk) is chunk
    return made


def test_every_element_is_an_event() -> None:
    following = tap(b"[" + element("a") + b"\n,\r\n" + element("b") + b"]")
    assert following.completion_text() == "ab"
    assert following.seen_events() == 2


def test_quotes_braces_and_backslashes_in_text_end_nothing() -> None:
    text = 'one } two \\" { \\'
    stream = b"[" + element(text) + b"," + element("!") + b"]"
    single = [stream[at : at + 1] for at in range(len(stream))]
    assert tap(*single).completion_text() == tap(stream).completion_text() == text + "!"


def test_an_element_that_does_not_end_has_no_text() -> None:
    assert tap(b"[" + element("a") + b"," + element("b")[:-3]).completion_text() == "a"


@pytest.mark.parametrize("before", [b"", b"[" + element("a"), b"[" + element("a") + b"\n"])
def test_between_elements_the_array_can_be_ended(before: bytes) -> None:
    ending = tap(before).cut(TOLD, show_usage=True)
    assert ending is not None
    answers = msgspec.json.decode(before + ending)
    assert answers[-1]["candidates"][0]["finishReason"] == "MAX_TOKENS"
    assert answers[-1]["usageMetadata"]["totalTokenCount"] == 6


def test_within_an_element_the_array_goes_on() -> None:
    assert tap(b"[" + element("a")[:-2]).cut(TOLD, show_usage=True) is None
