from __future__ import annotations

import msgspec
import pytest

from headgate.model.usage import TokenUsage
from headgate.tokens.dialect import LlmRequest
from headgate.tokens.dialects.gemini import DIALECT
from headgate.tokens.request import with_completion_cap

PATH = "/v1beta/models/gemini-3-pro:generateContent"


def read(**members: object) -> LlmRequest:
    return DIALECT.read(PATH, msgspec.json.encode(members))


@pytest.mark.parametrize(
    ("path", "model", "stream"),
    [
        (PATH, "gemini-3-pro", False),
        ("/v1beta/models/gemini-3-pro:streamGenerateContent", "gemini-3-pro", True),
        ("/v1/projects/p/locations/l/publishers/google/models/g:streamGenerateContent/", "g", True),
    ],
)
def test_the_path_says_model_and_stream(path: str, model: str, stream: bool) -> None:
    request = DIALECT.read(path, b"{}")
    assert (request.model, request.stream) == (model, stream)
    assert (request.completion_cap, request.choices) == (None, 1)


@pytest.mark.parametrize(
    "config",
    [
        {"generationConfig": {"maxOutputTokens": 50, "candidateCount": 2}},
        {"generation_config": {"max_output_tokens": 50, "candidate_count": 2}},
    ],
)
def test_cap_and_candidates_are_read_in_both_spellings(config: dict[str, object]) -> None:
    request = read(**config)
    assert (request.completion_cap, request.choices) == (50, 2)


def test_instruction_contents_tools_and_schema_are_prompt() -> None:
    contents = [
        {"role": "user", "parts": [{"text": "what"}, {"inlineData": {"mimeType": "image/png"}}]},
        {"parts": [{"inlineData": {"mimeType": "audio/mp3", "data": "AAAA"}}]},
        {"role": "model", "parts": [{"functionCall": {"name": "sky", "args": {"at": 1}}}]},
    ]
    parts = read(
        systemInstruction={"parts": [{"text": "be brief"}]},
        contents=contents,
        tools=[{"functionDeclarations": []}],
        generationConfig={"responseSchema": {"type": "OBJECT"}},
    ).prompt_parts()
    assert parts.images == 1
    assert parts.texts == [
        "be brief",
        "what",
        '{"name":"sky","args":{"at":1}}',
        '[{"functionDeclarations":[]}]',
        '{"type":"OBJECT"}',
    ]


def test_thoughts_and_what_tools_read_are_part_of_the_whole() -> None:
    usage = {
        "promptTokenCount": 60,
        "toolUsePromptTokenCount": 10,
        "candidatesTokenCount": 7,
        "thoughtsTokenCount": 30,
        "cachedContentTokenCount": 50,
        "totalTokenCount": 107,
        "promptTokensDetails": [
            {"modality": "TEXT", "tokenCount": 30},
            {"modality": "IMAGE", "tokenCount": 25},
            {"modality": "AUDIO", "tokenCount": 5},
        ],
        "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 4}],
    }
    told = DIALECT.usage(msgspec.json.encode({"usageMetadata": usage, "modelVersion": "g"}))
    assert told == TokenUsage(
        input_tokens=70,
        output_tokens=37,
        cached_tokens=50,
        reasoning_tokens=30,
        image_input_tokens=25,
        audio_input_tokens=5,
        image_output_tokens=4,
        model="g",
    )
    assert told.total_tokens == usage["totalTokenCount"]


def test_a_missing_prompt_is_what_the_total_leaves() -> None:
    usage = DIALECT.usage(b'{"usageMetadata":{"totalTokenCount":9,"candidatesTokenCount":4}}')
    assert usage == TokenUsage(input_tokens=5, output_tokens=4)
    assert DIALECT.usage(b'{"usageMetadata":{"promptTokenCount":-9}}') is None


def test_a_whole_array_is_read_as_its_elements() -> None:
    element = b'{"candidates":[{"content":{"parts":[{"text":"%s"}]}}],"usageMetadata":%s}'
    body = b"[" + element % (b"a", b'{"promptTokenCount":9,"candidatesTokenCount":1}') + b","
    body += element % (b"b", b'{"promptTokenCount":9,"candidatesTokenCount":2}') + b"]"
    assert DIALECT.usage(body) == TokenUsage(input_tokens=9, output_tokens=2)
    assert DIALECT.text(body) == "ab"


def test_calls_and_code_are_text_and_signatures_are_not() -> None:
    found = [
        {"text": "hm ", "thought": True, "thoughtSignature": "xx"},
        {"functionCall": {"name": "sky"}},
        {"executableCode": {"language": "PYTHON", "code": "1+1"}},
    ]
    payload = msgspec.json.encode({"candidates": [{"content": {"parts": found}}]})
    assert DIALECT.text(payload) == 'hm {"name":"sky"}PYTHON1+1'


@pytest.mark.parametrize(("reason", "cut"), [("MAX_TOKENS", True), ("STOP", False)])
def test_a_reason_ends_an_answer(reason: str, cut: bool) -> None:
    payload = msgspec.json.encode({"candidates": [{"finishReason": reason}]})
    assert DIALECT.ends(payload)
    assert DIALECT.truncated(payload) is cut
    assert not DIALECT.ends(b'{"candidates":[{}]}')


def test_a_blocked_prompt_is_known_and_another_shape_is_not() -> None:
    assert DIALECT.knows(b'{"promptFeedback":{"blockReason":"SAFETY"}}')
    assert not DIALECT.knows(b'{"answer":"x"}')


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({}, {"generationConfig": {"maxOutputTokens": 20}}),
        (
            {"generationConfig": {"topK": 1}},
            {"generationConfig": {"topK": 1, "maxOutputTokens": 20}},
        ),
        (
            {"generationConfig": {"maxOutputTokens": 9}},
            {"generationConfig": {"maxOutputTokens": 9}},
        ),
        (
            {"generation_config": {"max_output_tokens": 99}},
            {"generation_config": {"max_output_tokens": 20}},
        ),
    ],
)
def test_a_cap_is_set_or_lowered_and_never_raised(
    given: dict[str, object], sent: dict[str, object]
) -> None:
    body = msgspec.json.encode(given)
    assert msgspec.json.decode(with_completion_cap(DIALECT.read(PATH, body), body, cap=20)) == sent
