"""Official SDKs speak their own dialects through the gateway, and each call is counted."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import anthropic
import httpx2
import openai
import pytest

from tests.e2e.metered import (
    FREE,
    PLENTY,
    Record,
    Service,
    allowed_error,
    database_of,
    ledger,
    records,
    token_limit,
    tokens_of,
)
from tests.e2e.processes import Process, headgate

SECONDS = 20
HELLO: Any = [{"role": "user", "content": "Hello"}]
TOOLS: Any = [
    {
        "type": "function",
        "function": {
            "name": "weather",
            "description": "Tells the weather of a city.",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string", "description": "Which one."}},
                "required": ["city"],
            },
        },
    }
]
GEMINI = "/google/v1beta/models/gemini-2.5-flash"
GEMINI_HELLO = {"contents": [{"role": "user", "parts": [{"text": "Hello"}]}]}
MANY = {"x-simulator-completion-tokens": "200", "x-simulator-pace-ms": "20"}
THOUGHT = {"x-simulator-reasoning-tokens": "7"}
CACHED = {"x-simulator-prompt-percent": "1000", "x-simulator-cached-percent": "50"}
CACHED["x-simulator-cache-write-percent"] = "25"


class Place(NamedTuple):
    """A gateway before a simulator, and where it writes its records."""

    gateway: Process
    simulator: Process
    database: Path

    def openai(self, key: str) -> openai.OpenAI:
        """Return OpenAI's client."""
        url = f"{self.gateway.url}/openai"
        return openai.OpenAI(base_url=url, api_key=f"{key}-key", timeout=SECONDS, max_retries=0)

    def anthropic(self, key: str) -> anthropic.Anthropic:
        """Return Anthropic's client."""
        url = f"{self.gateway.url}/anthropic"
        return anthropic.Anthropic(
            base_url=url, api_key=f"{key}-key", timeout=SECONDS, max_retries=0
        )

    def google(self, key: str) -> httpx2.Client:
        """Return a client that Google's API would know."""
        headers = {"x-goog-api-key": f"{key}-key"}
        return httpx2.Client(base_url=self.gateway.url, headers=headers, timeout=SECONDS)

    def record(self, headers: Mapping[str, str]) -> Record:
        """Return the record of the call with an answer's headers, and see that it is true."""
        record = self.find(headers)
        self.check(record, int(headers["x-simulator-order"]))
        return record

    def find(self, headers: Mapping[str, str]) -> Record:
        """Return the record of the call with an answer's headers."""
        pause, until = threading.Event(), time.monotonic() + SECONDS
        while time.monotonic() < until:
            # A record is written within a second after its call has ended.
            pause.wait(0.1)
            for record in records(self.database):
                if record.id == headers["x-call-id"]:
                    return record
        pytest.fail("there is no record")

    def check(self, record: Record, order: int) -> None:
        """The record says what the simulator's ledger says."""
        calls = ledger(self.simulator)["calls"]
        [call] = [call for call in calls if call["order"] == order]
        if call["aborted"]:
            assert abs(record.tokens - tokens_of(call)) <= allowed_error(record)
            assert record.ending == "client-gone"
            return
        assert (record.input_tokens, record.output_tokens) == (
            call["prompt_tokens"],
            call["completion_tokens"],
        )
        assert (record.cached_tokens, record.cache_write_tokens, record.reasoning_tokens) == (
            call["cached_tokens"],
            call["cache_write_tokens"],
            call["reasoning_tokens"],
        )
        assert (record.basis, record.ending, record.status) == ("reported", "complete", 200)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    root = tmp_path_factory.mktemp("dialects")
    with headgate("llm-simulator", "--port", "0", "--completion-tokens", "10-40") as simulator:
        service = Service(root)
        limit = token_limit()
        service.api("openai", to=f"{simulator.url}/v1", inbound=limit)
        service.api("anthropic", to=simulator.url, inbound=limit, key_header="x-api-key")
        service.api("google", to=simulator.url, inbound=limit, key_header="x-goog-api-key")
        service.subscription(*SUBSCRIPTIONS)
        with headgate("serve", str(root), *FREE) as gateway:
            yield Place(gateway, simulator, database_of(root))


SUBSCRIPTIONS = ("chat", "responses", "messages", "gemini", "other", "leaving")


def left_of(headers: Mapping[str, str]) -> int:
    """Return what the caller was told to have left of the minute."""
    assert headers["x-remaining"] == headers["x-remaining-quota"]
    return int(headers["x-remaining"])


def test_chat_with_tools(place: Place) -> None:
    with place.openai("chat") as client:
        raw = client.chat.completions.with_raw_response.create(
            model="gpt-4o", messages=HELLO, tools=TOOLS
        )
        usage = raw.parse().usage
        assert usage is not None
        assert left_of(raw.headers) == PLENTY - usage.total_tokens
        assert raw.headers["x-consumed"] == str(usage.total_tokens)
        record = place.record(raw.headers)
        assert (record.dialect, record.model, record.subscription) == (
            "openai-chat",
            "gpt-4o",
            "chat",
        )
        streamed = client.chat.completions.with_raw_response.create(
            model="gpt-4o", messages=HELLO, tools=TOOLS, stream=True
        )
        chunks = list(streamed.parse())
        assert not any(chunk.usage for chunk in chunks)
        place.record(streamed.headers)


def test_responses(place: Place) -> None:
    with place.openai("responses") as client:
        raw = client.responses.with_raw_response.create(
            model="gpt-4o", input="Hello", extra_headers=THOUGHT
        )
        usage = raw.parse().usage
        assert usage is not None
        assert left_of(raw.headers) == PLENTY - usage.total_tokens
        record = place.record(raw.headers)
        assert (record.dialect, record.reasoning_tokens) == ("openai-responses", 7)
        streamed = client.responses.with_raw_response.create(
            model="gpt-4o", input="Hello", stream=True
        )
        events = list(streamed.parse())
        assert events[-1].type == "response.completed"
        second = place.record(streamed.headers)
        third = client.responses.with_raw_response.create(
            model="gpt-4o", input="Hello", max_output_tokens=1
        )
        last = place.record(third.headers)
    everything = record.tokens + second.tokens + last.tokens
    assert left_of(third.headers) == PLENTY - everything


def test_messages(place: Place) -> None:
    with place.anthropic("messages") as client:
        raw = client.messages.with_raw_response.create(
            model="claude-sonnet-5-5", messages=HELLO, max_tokens=100, extra_headers=CACHED
        )
        first = place.record(raw.headers)
        assert (first.dialect, first.model) == ("anthropic-messages", "claude-sonnet-5-5")
        assert (first.cached_tokens, first.cache_write_tokens) == (40, 20)
        assert left_of(raw.headers) == PLENTY - first.tokens
        with client.messages.stream(
            model="claude-sonnet-5-5", messages=HELLO, max_tokens=100
        ) as stream:
            text = "".join(stream.text_stream)
            usage = stream.get_final_message().usage
            second = place.record(stream.response.headers)
        assert text
        assert usage.output_tokens == second.output_tokens
        last = client.messages.with_raw_response.create(
            model="claude-sonnet-5-5", messages=HELLO, max_tokens=1
        )
        third = place.record(last.headers)
    assert left_of(last.headers) == PLENTY - first.tokens - second.tokens - third.tokens


def test_gemini(place: Place) -> None:
    with place.google("gemini") as client:
        answer = client.post(f"{GEMINI}:generateContent", json=GEMINI_HELLO, headers=THOUGHT)
        total = answer.json()["usageMetadata"]["totalTokenCount"]
        assert left_of(answer.headers) == PLENTY - total
        first = place.record(answer.headers)
        assert (first.dialect, first.model) == ("gemini", "gemini-2.5-flash")
        assert (first.tokens, first.reasoning_tokens) == (total, 7)
        path = f"{GEMINI}:streamGenerateContent"
        for params in ({"alt": "sse"}, {}):
            streamed = client.post(path, params=params, json=GEMINI_HELLO)
            total += place.record(streamed.headers).tokens
        last = client.post(f"{GEMINI}:generateContent", json=GEMINI_HELLO)
        total += place.record(last.headers).tokens
    assert left_of(last.headers) == PLENTY - total


def test_embeddings_pictures_and_sound(place: Place) -> None:
    sound = ("a.wav", b"\0" * 32_000)
    with place.openai("other") as client:
        vectors = client.embeddings.with_raw_response.create(
            model="text-embedding-3-small", input=["one two", "three"]
        )
        pictures = client.images.with_raw_response.generate(
            model="gpt-image-1", prompt="a gate", n=2, quality="low"
        )
        heard = client.audio.transcriptions.with_raw_response.create(
            model="gpt-4o-transcribe", file=sound
        )
        events = client.audio.transcriptions.with_raw_response.create(
            model="gpt-4o-transcribe", file=sound, stream=True
        )
        assert list(events.parse())[-1].type == "transcript.text.done"
        spoken = client.audio.speech.with_raw_response.create(
            model="gpt-4o-mini-tts", voice="ash", input="Hello"
        )
        assert spoken.content.startswith(b"\xff\xfb")
    told = [place.record(answer.headers) for answer in (vectors, pictures, heard, events)]
    assert [(record.dialect, record.model) for record in told] == [
        ("openai-embeddings", "text-embedding-3-small"),
        ("openai-images", "gpt-image-1"),
        ("openai-audio", "gpt-4o-transcribe"),
        ("openai-audio", "gpt-4o-transcribe"),
    ]
    # Speech tells no usage at all: what the text asked for is all that is known.
    silent = place.find(spoken.headers)
    assert (silent.model, silent.input_tokens) == ("gpt-4o-mini-tts", 1)
    assert silent.basis != "reported"


def leave_chat(place: Place, events: int) -> Mapping[str, str]:
    with place.openai("leaving") as client:
        raw = client.chat.completions.with_raw_response.create(
            model="gpt-4o", messages=HELLO, stream=True, extra_headers=MANY
        )
        return leave(raw.parse(), events, headers=raw.headers)


def leave_responses(place: Place, events: int) -> Mapping[str, str]:
    with place.openai("leaving") as client:
        raw = client.responses.with_raw_response.create(
            model="gpt-4o", input="Hello", stream=True, extra_headers=MANY
        )
        return leave(raw.parse(), events, headers=raw.headers)


def leave_messages(place: Place, events: int) -> Mapping[str, str]:
    with place.anthropic("leaving") as client:
        raw = client.messages.with_raw_response.create(
            model="claude-x", messages=HELLO, max_tokens=1000, stream=True, extra_headers=MANY
        )
        return leave(raw.parse(), events, headers=raw.headers)


def leave_gemini(place: Place, events: int) -> Mapping[str, str]:
    url = f"{GEMINI}:streamGenerateContent?alt=sse"
    with (
        place.google("leaving") as client,
        client.stream("POST", url, json=GEMINI_HELLO, headers=MANY) as answer,
    ):
        lines = (line for line in answer.iter_lines() if line)
        return leave(lines, events, headers=answer.headers)


def leave(events: Any, number: int, *, headers: Mapping[str, str]) -> Mapping[str, str]:
    """Read some events, and let whoever lent them hang up. Return the headers."""
    for _, _ in zip(range(number), events, strict=False):
        pass
    return dict(headers)


@pytest.mark.parametrize("leaving", [leave_chat, leave_responses, leave_messages, leave_gemini])
def test_who_leaves_is_charged_what_passed(place: Place, leaving: Any) -> None:
    for headers in [leaving(place, events) for events in (1, 2, 5, 12, 40)]:
        record = place.record(headers)
        assert record.ending == "client-gone"
