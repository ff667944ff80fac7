"""The simulator as a process, spoken to by the official SDKs in each vendor's own dialect."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import anthropic
import httpx2
import msgspec
import openai
import pytest

from headgate.tokenizers.vocabulary import load
from tests.e2e.processes import headgate

SECONDS = 20
HELLO: Any = [{"role": "user", "content": "Hello"}]
HELLO_TOKENS = 8
GEMINI_HELLO = {"contents": [{"role": "user", "parts": [{"text": "Hello"}]}]}
GEMINI = "/v1beta/models/gemini-2.5-flash"
THOUGHT = {"x-simulator-reasoning-tokens": "7"}
CACHED = {"x-simulator-prompt-percent": "1000", "x-simulator-cached-percent": "50"}
CACHED["x-simulator-cache-write-percent"] = "25"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    lengths = ("--completion-tokens", "lognormal:20:0.5:5-50")
    with headgate("llm-simulator", "--port", "0", *lengths) as process:
        yield process.url


def plain(url: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{url}/v1", api_key="secret", timeout=SECONDS, max_retries=0)


def claude(url: str) -> anthropic.Anthropic:
    return anthropic.Anthropic(base_url=url, api_key="secret", timeout=SECONDS, max_retries=0)


def total(url: str, tag: str) -> dict[str, Any]:
    """Return the sums of a tag once none of its calls is on its way."""
    while True:
        shown = httpx2.get(f"{url}/_ledger", params={"tag": tag}, timeout=SECONDS).json()
        if not shown["total"]["in_flight"]:
            sums: dict[str, Any] = shown["total"]
            return sums
        # What is on its way ends within milliseconds; each look is a request of its own.


def test_responses_are_answered_with_usage(url: str) -> None:
    with plain(url) as client:
        answer = client.responses.create(
            model="gpt-4o", input="Hello", extra_headers={"x-simulator-tag": "r"} | THOUGHT
        )
    assert answer.status == "completed"
    assert [item.type for item in answer.output] == ["reasoning", "message"]
    usage = answer.usage
    assert usage is not None
    assert usage.input_tokens == HELLO_TOKENS
    assert usage.output_tokens_details.reasoning_tokens == 7
    assert load().count(answer.output_text) == usage.output_tokens - 7
    sums = total(url, "r")
    assert sums["completion_tokens"] == sums["served_tokens"] == usage.output_tokens
    assert sums["reasoning_tokens"] == 7


def test_azures_responses_are_answered_at_both_paths(url: str) -> None:
    with openai.AzureOpenAI(
        azure_endpoint=url, api_key="secret", api_version="2025-04-01-preview", timeout=SECONDS
    ) as client:
        assert client.responses.create(model="gpt-4o", input=HELLO).output_text
    with openai.OpenAI(base_url=f"{url}/openai/v1", api_key="secret", timeout=SECONDS) as v1:
        assert v1.responses.create(model="gpt-4o", input=HELLO).output_text


def test_response_is_cut_at_the_cap(url: str) -> None:
    with plain(url) as client:
        answer = client.responses.create(model="gpt-4o", input="Hello", max_output_tokens=3)
        stream = client.responses.create(
            model="gpt-4o", input="Hello", max_output_tokens=3, stream=True
        )
        kinds = [event.type for event in stream]
    assert (answer.status, load().count(answer.output_text)) == ("incomplete", 3)
    assert answer.incomplete_details is not None
    assert answer.incomplete_details.reason == "max_output_tokens"
    assert kinds[-1] == "response.incomplete"


def test_response_is_streamed(url: str) -> None:
    with plain(url) as client, client.responses.stream(model="gpt-4o", input="Hello") as stream:
        events = list(stream)
        final = stream.get_final_response()
    assert [event.type for event in events[:2]] == ["response.created", "response.in_progress"]
    assert events[-1].type == "response.completed"
    numbers = [getattr(event, "sequence_number") for event in events]  # noqa: B009 - a union
    assert numbers == list(range(len(events)))
    assert final.usage is not None
    assert load().count(final.output_text) == final.usage.output_tokens


def test_message_is_answered_with_usage(url: str) -> None:
    with claude(url) as client:
        answer = client.messages.create(
            model="claude-sonnet-5-5", messages=HELLO, max_tokens=100, extra_headers=CACHED
        )
    [block] = answer.content
    assert block.type == "text"
    assert load().count(block.text) == answer.usage.output_tokens
    usage = answer.usage
    assert (usage.input_tokens, usage.cache_read_input_tokens) == (20, 40)
    assert usage.cache_creation_input_tokens == 20
    assert usage.cache_creation is not None
    assert answer.stop_reason == "end_turn"


def test_message_is_streamed(url: str) -> None:
    tag = {"x-simulator-tag": "m"}
    with (
        claude(url) as client,
        client.messages.stream(
            model="claude-sonnet-5-5", messages=HELLO, max_tokens=4, extra_headers=tag
        ) as stream,
    ):
        text = "".join(stream.text_stream)
        final = stream.get_final_message()
    assert load().count(text) == final.usage.output_tokens == 4
    assert final.usage.input_tokens == HELLO_TOKENS
    assert final.stop_reason == "max_tokens"
    assert total(url, "m")["completion_tokens"] == 4


def test_messages_have_counts_models_and_errors(url: str) -> None:
    with claude(url) as client:
        counted = client.messages.count_tokens(model="claude-sonnet-5-5", messages=HELLO)
        assert counted.input_tokens == HELLO_TOKENS
        assert client.models.list().data[0].type == "model"
        assert client.models.retrieve("claude-x").id == "claude-x"
        refusing = {"x-simulator-fault": "429", "x-simulator-retry-after-ms": "1500"}
        with pytest.raises(anthropic.RateLimitError) as refused:
            client.messages.create(
                model="claude-x", messages=HELLO, max_tokens=1, extra_headers=refusing
            )
    assert refused.value.response.headers["retry-after"] == "2"
    assert isinstance(refused.value.body, dict)
    assert refused.value.body["error"]["type"] == "rate_limit_error"


def test_async_clients_stream(url: str) -> None:
    async def response() -> None:
        async with openai.AsyncOpenAI(base_url=f"{url}/v1", api_key="a", timeout=SECONDS) as client:
            events = await client.responses.create(model="gpt-4o", input="Hello", stream=True)
            kinds = [event.type async for event in events]
            answer = await client.responses.create(model="gpt-4o", input="Hello")
        assert kinds[-1] == "response.completed"
        assert answer.output_text

    async def message() -> None:
        async with anthropic.AsyncAnthropic(base_url=url, api_key="a", timeout=SECONDS) as client:
            async with client.messages.stream(
                model="claude-x", messages=HELLO, max_tokens=100
            ) as stream:
                final = await stream.get_final_message()
            whole = await client.messages.create(model="claude-x", messages=HELLO, max_tokens=100)
        assert final.usage.output_tokens >= 5
        assert whole.usage.output_tokens >= 5

    async def both() -> None:
        await asyncio.gather(response(), message())

    asyncio.run(both())


def test_pictures_have_usage(url: str) -> None:
    with plain(url) as client:
        answer = client.images.generate(model="gpt-image-1", prompt="a gate", n=2, quality="low")
    assert answer.data is not None
    assert len(answer.data) == 2
    assert answer.usage is not None
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (2, 544)


def test_sound_is_heard_and_made(url: str) -> None:
    sound = ("a.wav", b"\0" * 32_000)
    with plain(url) as client:
        heard = client.audio.transcriptions.create(model="gpt-4o-transcribe", file=sound)
        stream = client.audio.transcriptions.create(
            model="gpt-4o-transcribe", file=sound, stream=True
        )
        events = list(stream)
        spoken = client.audio.speech.create(model="gpt-4o-mini-tts", voice="ash", input="Hello")
    assert heard.usage is not None
    assert heard.usage.type == "tokens"
    assert heard.usage.input_tokens == 10
    assert load().count(heard.text) == heard.usage.output_tokens
    assert events[-1].type == "transcript.text.done"
    assert spoken.content.startswith(b"\xff\xfb")


def test_gemini_answers_with_usage(url: str) -> None:
    headers = {"x-goog-api-key": "secret", "x-simulator-tag": "g"} | THOUGHT
    answer = httpx2.post(f"{url}{GEMINI}:generateContent", json=GEMINI_HELLO, headers=headers)
    shown = answer.json()
    usage = shown["usageMetadata"]
    text = shown["candidates"][0]["content"]["parts"][0]["text"]
    assert load().count(text) == usage["candidatesTokenCount"]
    assert (usage["promptTokenCount"], usage["thoughtsTokenCount"]) == (HELLO_TOKENS, 7)
    assert total(url, "g")["completion_tokens"] == usage["candidatesTokenCount"] + 7
    counted = httpx2.post(f"{url}{GEMINI}:countTokens", json=GEMINI_HELLO).json()
    assert counted["totalTokens"] == HELLO_TOKENS


@pytest.mark.parametrize("way", ["sse", "array"])
def test_gemini_streams_as_events_and_as_an_array(url: str, way: str) -> None:
    params = {"key": "secret"} | ({"alt": "sse"} if way == "sse" else {})
    body = GEMINI_HELLO | {"generationConfig": {"maxOutputTokens": 4}}
    answer = httpx2.post(f"{url}{GEMINI}:streamGenerateContent", params=params, json=body)
    if way == "sse":
        parts = answer.content.split(b"\r\n\r\n")[:-1]
        chunks = [msgspec.json.decode(part.removeprefix(b"data: ")) for part in parts]
    else:
        chunks = answer.json()
    texts = [chunk["candidates"][0]["content"]["parts"][0]["text"] for chunk in chunks]
    assert load().count("".join(texts)) == 4
    counts = [chunk["usageMetadata"]["candidatesTokenCount"] for chunk in chunks]
    assert counts == [1, 2, 3, 4, 4]
    assert chunks[-1]["candidates"][0]["finishReason"] == "MAX_TOKENS"


def test_gemini_has_models_and_errors(url: str) -> None:
    assert httpx2.get(f"{url}/v1beta/models").json()["models"][0]["name"].startswith("models/")
    refused = httpx2.post(f"{url}{GEMINI}:generateContent", content=b"{")
    assert refused.json()["error"]["status"] == "INVALID_ARGUMENT"
    headers = {"x-simulator-fault": "429"}
    refused = httpx2.post(f"{url}{GEMINI}:generateContent", json=GEMINI_HELLO, headers=headers)
    assert refused.status_code == 429
    assert refused.json()["error"]["details"][0]["retryDelay"] == "1.000s"


STREAMS: list[tuple[str, dict[str, Any]]] = [
    ("/v1/chat/completions", {"model": "gpt-4o", "messages": HELLO, "stream": True}),
    ("/v1/responses", {"model": "gpt-4o", "input": HELLO, "stream": True}),
    (
        "/v1/messages",
        {"model": "claude-x", "messages": HELLO, "stream": True, "max_tokens": 1000},
    ),
    (f"{GEMINI}:streamGenerateContent?alt=sse", GEMINI_HELLO),
]


def test_ledger_sums_hundreds_of_streams_that_end_or_are_left(url: str) -> None:
    tokens, left_every, streams = 20, 4, 300
    headers = ("x-simulator-tag: many", f"x-simulator-completion-tokens: {tokens}")

    async def one(number: int) -> int:
        """Return the tokens that came; each fourth stream is left in the middle."""
        path, body = STREAMS[number % len(STREAMS)]
        data = msgspec.json.encode(body)
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        lines = (f"POST {path} HTTP/1.1", f"content-length: {len(data)}", *headers)
        pace = "x-simulator-pace-ms: 20" if number // len(STREAMS) % left_every else leaving
        writer.write("\r\n".join((*lines, pace, "", "")).encode() + data)
        if pace is leaving:
            # Tokens of a second each: the first is all that has passed.
            await reader.readuntil(b"data: ")
        else:
            await reader.readuntil(b"0\r\n\r\n")
        writer.close()
        await writer.wait_closed()
        return 1 if pace is leaving else tokens

    async def all_of_them() -> list[int]:
        return await asyncio.gather(*(one(number) for number in range(streams)))

    leaving = "x-simulator-pace-ms: 60000"
    came = asyncio.run(all_of_them())
    sums = total(url, "many")
    assert sums["calls"] == streams
    assert sums["aborted"] == came.count(1) > 50
    assert sums["prompt_tokens"] == streams * HELLO_TOKENS
    assert sums["completion_tokens"] == sums["served_tokens"] == sum(came)
