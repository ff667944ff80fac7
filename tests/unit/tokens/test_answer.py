from __future__ import annotations

import pytest

from headgate.tokens.answer import completion_text, read_usage, truncated
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
