from __future__ import annotations

import pytest

from headgate.model.usage import TokenUsage
from headgate.tokens.answer import (
    completion_text,
    estimated,
    read_usage,
    readable,
    truncated,
)
from headgate.tokens.registry import DIALECTS

CHAT = DIALECTS["openai-chat"]
ANSWER = (
    b'{"id":"c1","model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant",'
    b'"content":"Mild and dry."},"finish_reason":"length"}],'
    b'"usage":{"prompt_tokens":23,"completion_tokens":5,"total_tokens":28}}'
)


def test_an_answer_tells_usage_text_and_how_it_ended() -> None:
    usage = read_usage(CHAT, ANSWER)
    assert usage is not None
    assert (usage.input_tokens, usage.output_tokens, usage.model) == (23, 5, "gpt-4o")
    assert usage.reported
    assert completion_text(CHAT, ANSWER) == "Mild and dry."
    assert truncated(CHAT, ANSWER)
    assert not truncated(CHAT, ANSWER.replace(b"length", b"stop"))


HOSTILE = [
    b"",
    b"<html>",
    b"null",
    b"[]",
    b"\xff\xfe",
    b'{"usage":null}',
    b'{"usage":[]}',
    b'{"usage":{}}',
    b'{"usage":{"prompt_tokens":"7"}}',
    b'{"usage":{"prompt_tokens":7.5}}',
    b'{"usage":{"prompt_tokens":true}}',
    b'{"usage":{"prompt_tokens":-7}}',
    b'{"usage":{"prompt_tokens":99999999999999999999999}}',
    b'{"usage":{"prompt_tokens":7},"choices":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    b'{"usage":{"prompt_tokens":7},"x":"\\ud800"}',
    b'{"choices":[{"message":7}]}',
    b'{"choices":[null]}',
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_hostile_answers_are_no_usage_and_no_text(name: str, body: bytes) -> None:
    dialect = DIALECTS[name]
    assert read_usage(dialect, body) is None
    assert completion_text(dialect, body) == ""
    assert not truncated(dialect, body)


def test_an_answer_of_another_shape_is_not_readable() -> None:
    assert readable(CHAT, ANSWER)
    assert not readable(CHAT, b'{"odd":1}')
    assert not readable(DIALECTS["generic"], b'{"odd":1}')
    assert readable(DIALECTS["generic"], b'{"output_text":"a"}')


def test_without_a_report_the_counts_of_the_gateway_are_charged() -> None:
    usage = estimated(None, 9, completion=4, model="m", readable=False)
    assert usage == TokenUsage(
        input_tokens=9, output_tokens=4, model="m", reported=False, readable=False
    )


def test_what_a_stream_reported_on_its_way_replaces_the_estimate() -> None:
    partial = TokenUsage(input_tokens=12, cached_tokens=5, output_tokens=1, model="n")
    usage = estimated(partial, 9, completion=4, model="m", readable=True)
    assert (usage.input_tokens, usage.cached_tokens, usage.output_tokens) == (12, 5, 4)
    assert usage.basis == "estimated"
    lower = TokenUsage(input_tokens=7, output_tokens=6)
    usage = estimated(lower, 9, completion=4, model="m", readable=True)
    assert (usage.input_tokens, usage.output_tokens) == (7, 6)
    silent = TokenUsage(output_tokens=6)
    assert estimated(silent, 9, completion=4, model="m", readable=True).input_tokens == 9
