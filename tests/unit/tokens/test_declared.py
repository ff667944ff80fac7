from __future__ import annotations

import pytest

from headgate.model.usage import TokenUsage
from headgate.tokens.declared import DeclaredDialect, JsonPath, PathError, UsagePaths
from headgate.tokens.request import read_request
from headgate.tokens.stream import StreamTap

CONVERSE = DeclaredDialect(
    "converse",
    UsagePaths(
        input=JsonPath("usage.inputTokens"),
        output=JsonPath("usage.outputTokens"),
        cached=JsonPath("usage.cacheReadInputTokens"),
        model=JsonPath("trace.models.-1"),
    ),
)


def paths(**texts: str) -> DeclaredDialect:
    found = {name: JsonPath(text) for name, text in texts.items()}
    return DeclaredDialect("d", UsagePaths(**found))


def test_an_answer_is_read_by_the_declared_paths() -> None:
    body = (
        b'{"usage":{"inputTokens":9,"outputTokens":4,"cacheReadInputTokens":2},'
        b'"trace":{"models":["a","m"]}}'
    )
    assert CONVERSE.usage(body) == TokenUsage(
        input_tokens=9, output_tokens=4, cached_tokens=2, model="m"
    )


@pytest.mark.parametrize(
    ("given", "prompt", "completion"),
    [
        ({"total": "t"}, 9, 0),
        ({"total": "t", "output": "o"}, 5, 4),
        ({"total": "t", "input": "i"}, 6, 3),
        ({"input": "i"}, 6, 0),
        ({"output": "o"}, 0, 4),
    ],
)
def test_what_is_not_declared_follows_from_the_rest(
    given: dict[str, str], prompt: int, completion: int
) -> None:
    usage = paths(**given).usage(b'{"t":9,"o":4,"i":6.0}')
    assert usage is not None
    assert (usage.input_tokens, usage.output_tokens) == (prompt, completion)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"7",
        b'{"usage":7}',
        b'{"usage":[]}',
        b'{"usage":{"inputTokens":"9"}}',
        b'{"usage":{"inputTokens":true}}',
        b'{"usage":{"inputTokens":-4}}',
        b"[" * 9000,
    ],
)
def test_what_a_path_does_not_lead_to_is_no_usage(body: bytes) -> None:
    assert CONVERSE.usage(body) is None


def test_items_are_found_by_number_from_both_ends() -> None:
    value = {"a": [{"7": 1}, {"n": 2}]}
    assert JsonPath("a.0.7").find(value) == 1
    assert JsonPath("a.-1.n").count(value) == 2
    for path in ("a.2.n", "a.-3", "a.n", "b", "a.1.n.x"):
        assert JsonPath(path).find(value) is None


@pytest.mark.parametrize("path", ["", ".", "a.", "a..b", "a b", ".".join("abcdefghi"), "x" * 201])
def test_a_path_that_cannot_be_followed_is_refused(path: str) -> None:
    with pytest.raises(PathError, match="path"):
        JsonPath(path)
    assert JsonPath(".".join("abcdefgh")).text == "a.b.c.d.e.f.g.h"


def test_some_path_has_to_lead_to_usage() -> None:
    with pytest.raises(PathError, match="input"):
        paths(model="m")


def test_a_stream_may_tell_prompt_and_completion_in_different_events() -> None:
    tap = StreamTap(CONVERSE, hide_usage=False)
    tap.feed(b'data: {"usage":{"inputTokens":9}}\n\ndata: {"text":"a b"}\n\n')
    assert tap.usage() is None
    assert tap.completion_text() == "a b"
    tap.feed(b'data: {"usage":{"outputTokens":4}}\n\n')
    usage = tap.usage()
    assert usage is not None
    assert (usage.input_tokens, usage.output_tokens) == (9, 4)


def test_a_declared_dialect_reads_paths_that_no_other_knows() -> None:
    assert read_request("/converse", b'{"model":"m"}', declared=CONVERSE).dialect is CONVERSE
    other = read_request("/v1/chat/completions", b"{}", declared=CONVERSE)
    assert other.dialect.name == "openai-chat"
