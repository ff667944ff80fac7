from __future__ import annotations

import pytest

from headgate.tokens.dialects.generic import DIALECT
from headgate.tokens.prompt import PromptParts, RequestUnreadable

PATH = "/v1/elsewhere"


def test_model_and_stream_are_read_of_an_object() -> None:
    request = DIALECT.read(PATH, b' {"model":"m","stream":true}')
    assert (request.model, request.stream) == ("m", True)


def test_every_string_of_an_object_is_prompt() -> None:
    request = DIALECT.read(PATH, b'{"model":"m","contents":[{"parts":[{"text":"hi"}]}]}')
    assert request.prompt_parts().texts == ["m", "hi"]


@pytest.mark.parametrize("body", [b"", b"--boundary", b"\xff\xfe\x00", b"[" * 10_000])
def test_what_is_no_object_is_not_looked_at(body: bytes) -> None:
    request = DIALECT.read("/openai/deployments/d/audio/speech", body)
    assert request.model == "d"
    assert request.prompt_parts() == PromptParts()


@pytest.mark.parametrize("body", [b"{", b'{"a":"\xff"}', b'{"a":' + b"[" * 10_000])
def test_an_object_has_to_be_readable(body: bytes) -> None:
    with pytest.raises(RequestUnreadable):
        DIALECT.read(PATH, body)


@pytest.mark.parametrize(
    "usage",
    [b'{"prompt_tokens":3,"completion_tokens":4}', b'{"input_tokens":3,"output_tokens":4}'],
)
def test_usage_is_read_in_both_spellings(usage: bytes) -> None:
    read = DIALECT.usage(b'{"model":"m","usage":' + usage + b"}")
    assert read is not None
    assert (read.input_tokens, read.output_tokens, read.model) == (3, 4, "m")


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (b'{"id":"x","content":[{"type":"text","text":"one"},{"text":" two"}]}', "one two"),
        (b'{"type":"response.output_text.delta","delta":"bit"}', "bit"),
        (b'{"candidates":[{"content":{"parts":[{"text":"g"}],"role":"model"}}]}', "g"),
        (b'{"delta":{"partial_json":"{}"}}', "{}"),
        (b'"text"', ""),
    ],
)
def test_generated_text_is_found_by_the_names_of_members(payload: bytes, text: str) -> None:
    assert DIALECT.text(payload) == text


def test_cached_parts_of_a_prompt_are_part_of_it() -> None:
    usage = DIALECT.usage(b'{"usage":{"input_tokens":5,"cache_read_input_tokens":45}}')
    assert usage is not None
    assert usage.input_tokens == 50


@pytest.mark.parametrize("part", [b"[],", b"1,", b"{},"])
def test_a_crowd_of_small_parts_is_not_searched_for_text(part: bytes) -> None:
    body = b"[" + part * 2_000_001 + part[:-1] + b"]"
    assert DIALECT.text(body) == ""
    assert not DIALECT.knows(body)
