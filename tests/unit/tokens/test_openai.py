from __future__ import annotations

import msgspec
import pytest

from headgate.tokens.body import ABSENT
from headgate.tokens.openai import Body, StreamOptions, cap, choices, input_parts, model_of
from headgate.tokens.openai import usage_asked as asked
from headgate.tokens.prompt import PromptParts, RequestUnreadable
from headgate.tokens.registry import DIALECTS
from headgate.tokens.request import ask_for_usage, read_request

CHAT = DIALECTS["openai-chat"]


def with_usage_asked(body: bytes) -> bytes:
    return ask_for_usage(read_request("/chat/completions", body), body)


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("/openai/deployments/fast/chat/completions", "fast"),
        ("/v1/chat/completions", "told"),
        ("/openai/deployments/", ""),
    ],
)
def test_the_deployment_of_an_azure_path_decides_over_the_body(path: str, model: str) -> None:
    assert model_of(path, Body(model="told")) == model


def test_a_model_may_be_missing() -> None:
    assert model_of("/v1/chat/completions", Body()) == ""


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (msgspec.UNSET, False),
        (None, False),
        (StreamOptions(), False),
        (StreamOptions(include_usage=False), False),
        (StreamOptions(include_usage=True), True),
    ],
)
def test_usage_is_asked_for_by_an_explicit_true_only(
    options: StreamOptions | msgspec.UnsetType | None, expected: bool
) -> None:
    assert asked(Body(stream_options=options)) is expected


@pytest.mark.parametrize(
    ("given", "limit"), [(1, 1), (0, None), (-1, None), (2**31 - 1, 2**31 - 1), (2**31, 2**31 - 1)]
)
def test_caps_are_positive_and_fit_an_int(given: int, limit: int | None) -> None:
    assert cap(given) == limit


@pytest.mark.parametrize(("given", "number"), [(0, 1), (1, 1), (3, 3), (10**20, 2**31 - 1)])
def test_there_is_at_least_one_choice(given: int, number: int) -> None:
    assert choices(given) == number


@pytest.mark.parametrize(
    ("raw", "texts", "tokens"),
    [
        (b'"one"', ["one"], 0),
        (b'["one","two"]', ["one", "two"], 0),
        (b"[1,2,3]", [], 3),
        (b"[[1,2],[3]]", [], 3),
        (b"null", [], 0),
        (b"[]", [], 0),
    ],
)
def test_inputs_are_texts_or_tokens_or_lists_of_them(
    raw: bytes, texts: list[str], tokens: int
) -> None:
    parts = input_parts(msgspec.Raw(raw))
    assert (sorted(parts.texts), parts.token_count) == (texts, tokens)


def test_no_input_is_no_prompt() -> None:
    assert input_parts(ABSENT) == PromptParts()


def test_asking_for_usage_puts_one_member_before_all_others() -> None:
    assert with_usage_asked(b' {"stream":true,"a" : 1.0}') == (
        b' {"stream_options":{"include_usage":true},"stream":true,"a" : 1.0}'
    )


@pytest.mark.parametrize(
    ("given", "merged"),
    [
        (b"null", b'{"include_usage":true}'),
        (b"{}", b'{"include_usage":true}'),
        (b'{"include_usage":false}', b'{"include_usage":true}'),
        (b'{"other":1e3}', b'{"other":1e3,"include_usage":true}'),
    ],
)
def test_asking_for_usage_keeps_the_other_options(given: bytes, merged: bytes) -> None:
    body = b'{"stream":true,"stream_options":' + given + b',"seed":12345678901234567890123}'
    assert with_usage_asked(body) == (
        b'{"stream":true,"stream_options":' + merged + b',"seed":12345678901234567890123}'
    )


def test_of_duplicate_options_the_last_is_merged() -> None:
    body = b'{"stream":true,"stream_options":{"a":1},"stream_options":{"b":2}}'
    assert with_usage_asked(body) == (
        b'{"stream":true,"stream_options":{"b":2,"include_usage":true}}'
    )


def test_options_of_another_shape_are_refused() -> None:
    with pytest.raises(RequestUnreadable, match="stream_options"):
        read_request("/chat/completions", b'{"stream":true,"stream_options":[]}')


DELTA = b'{"choices":[{"index":0,"delta":%s,"finish_reason":null}],"usage":null}'


@pytest.mark.parametrize(
    ("delta", "text"),
    [
        (b'{"role":"assistant","content":""}', ""),
        (b'{"content":" mild"}', " mild"),
        (b'{"content":null,"reasoning_content":"Let me"}', "Let me"),
        (b'{"reasoning":"think"}', "think"),
        (b'{"refusal":"No."}', "No."),
        (
            b'{"tool_calls":[{"index":0,"id":"call_1","type":"function",'
            b'"function":{"name":"weather","arguments":"{\\"place\\""}}]}',
            'weather{"place"',
        ),
        (b'{"function_call":{"name":"f","arguments":"{}"}}', "f{}"),
        (b'{"content":[{"type":"text","text":"part"}]}', "part"),
        (b"{}", ""),
        (b"null", ""),
    ],
)
def test_generated_text_is_content_reasoning_refusal_and_calls(delta: bytes, text: str) -> None:
    assert CHAT.text(DELTA % delta) == text


def test_all_choices_of_an_answer_are_text() -> None:
    answer = b'{"choices":[{"message":{"content":"one"}},{"text":" two"}]}'
    assert CHAT.text(answer) == "one two"


@pytest.mark.parametrize(
    ("event", "hidden"),
    [
        (b'{"choices":[],"usage":{"prompt_tokens":1}}', True),
        (b'{"usage":{"prompt_tokens":1}}', True),
        (b'{"choices":[],"usage":null}', False),
        (b'{"choices":[],"prompt_filter_results":[{"prompt_index":0}]}', False),
        (b'{"choices":[{"delta":{}}],"usage":{"prompt_tokens":1}}', False),
        (b"[DONE]", False),
        (b"", False),
    ],
)
def test_an_event_is_usage_only_with_usage_and_without_choices(event: bytes, hidden: bool) -> None:
    assert CHAT.is_usage_only(event) is hidden


@pytest.mark.parametrize(
    ("event", "ends"),
    [
        (b"[DONE]", True),
        (b'{"choices":[{"delta":{},"finish_reason":"stop"}]}', True),
        (DELTA % b"{}", False),
        (b'{"choices":[]}', False),
        (b"{", False),
    ],
)
def test_done_or_a_finish_reason_ends_a_stream(event: bytes, ends: bool) -> None:
    assert CHAT.ends(event) is ends
