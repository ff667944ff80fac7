"""Requests of any content are read or refused, and their estimate stays within its bound."""

from __future__ import annotations

from contextlib import suppress

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from headgate.tokens.estimate import estimate_prompt, upper_bound
from headgate.tokens.request import (
    RequestUnreadable,
    ask_for_usage,
    read_request,
    with_completion_cap,
)

PATHS = st.sampled_from(
    [
        "/chat/completions",
        "/completions",
        "/embeddings",
        "/responses",
        "/v1/messages",
        "/models/g:generateContent",
        "/images/generations",
        "/audio/speech",
        "/elsewhere",
    ]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**40), 2**40),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
)
NAMES = (
    "role name content type text image image_url function description parameters properties enum "
    "items messages tools functions input prompt suffix stream stream_options include_usage "
    "response_format json_schema system contents parts inlineData mimeType functionCall "
    "systemInstruction instructions tool_use source document generationConfig responseSchema"
)
KEYS = st.one_of(st.text(max_size=6), st.sampled_from(NAMES.split()))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)
PROPERTY = st.one_of(
    VALUES,
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["string", ""]),
            "description": st.text(max_size=5),
            "enum": st.lists(SCALARS, max_size=4),
            "items": VALUES,
        },
    ),
)
FUNCTION = st.fixed_dictionaries(
    {"name": st.text(max_size=3)},
    optional={
        "description": st.text(max_size=3),
        "parameters": st.fixed_dictionaries(
            {"properties": st.dictionaries(st.text(max_size=2), PROPERTY, max_size=4)}
        ),
    },
)
MESSAGE = st.one_of(
    VALUES,
    st.fixed_dictionaries(
        {},
        optional={
            "role": st.sampled_from(["user", "assistant", "", "odd"]),
            "name": st.text(max_size=3),
            "content": VALUES,
            "tool_calls": VALUES,
        },
    ),
)
BODIES = st.one_of(
    st.dictionaries(KEYS, VALUES, max_size=5),
    st.fixed_dictionaries(
        {},
        optional={
            "messages": st.lists(MESSAGE, max_size=5),
            "tools": st.lists(st.fixed_dictionaries({"function": FUNCTION}), max_size=3),
            "functions": st.lists(FUNCTION, max_size=3),
            "prompt": VALUES,
            "input": VALUES,
            "response_format": VALUES,
            "system": VALUES,
            "contents": st.lists(MESSAGE, max_size=3),
            "systemInstruction": VALUES,
        },
    ),
)


def bytes_of(text: str) -> int:
    """Count tokens as badly as any vocabulary can: one a byte."""
    return len(text.encode())


@settings(max_examples=600, deadline=None)
@given(PATHS, BODIES)
def test_no_estimate_exceeds_the_bound_of_the_body(path: str, content: dict[str, object]) -> None:
    body = msgspec.json.encode(content)
    try:
        parts = read_request(path, body).prompt_parts()
    except RequestUnreadable:
        return
    assert 0 <= estimate_prompt(parts, bytes_of) <= upper_bound(body)


@settings(max_examples=300, deadline=None)
@given(PATHS, st.binary(max_size=60), st.booleans())
def test_any_bytes_are_read_or_refused(path: str, body: bytes, braces: bool) -> None:
    body = b'{"messages":[' + body + b"]}" if braces else body
    with suppress(RequestUnreadable):
        request = read_request(path, body)
        request.prompt_parts()
        ask_for_usage(request, body)


OTHERS = st.text(max_size=4).map(lambda name: "x-" + name)
OPTIONS = st.one_of(
    st.none(), st.dictionaries(st.sampled_from(["a", "b"]), SCALARS), st.just({"x": 1})
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(OTHERS, VALUES, max_size=4), OPTIONS, st.booleans())
def test_asking_for_usage_changes_nothing_else(
    members: dict[str, object], options: dict[str, object] | None, has_options: bool
) -> None:
    body = members | {"stream": True}
    if has_options:
        body |= {"stream_options": options}
    sent = msgspec.json.encode(body)
    asking = ask_for_usage(read_request("/chat/completions", sent), sent)
    merged = (options or {} if has_options else {}) | {"include_usage": True}
    expected = msgspec.json.encode(body | {"stream_options": merged})
    assert msgspec.json.decode(asking) == msgspec.json.decode(expected)


CAPS = st.one_of(st.none(), st.integers(-1, 40))
CAP_NAMES = ["max_tokens", "max_completion_tokens", "max_output_tokens"]


@settings(max_examples=300, deadline=None)
@given(PATHS, st.dictionaries(st.sampled_from(CAP_NAMES), CAPS), st.integers(1, 40))
def test_a_cap_is_kept_whatever_the_caller_wrote(
    path: str, members: dict[str, object], limit: int
) -> None:
    body = msgspec.json.encode({**members, "model": "m"})
    request = read_request(path, body)
    changed = with_completion_cap(request, body, cap=limit)
    after = read_request(path, changed)
    if not request.dialect.can_cap:
        assert changed is body
        return
    before = request.completion_cap
    assert after.completion_cap == (limit if before is None else min(before, limit))
    assert with_completion_cap(after, changed, cap=limit) is changed
