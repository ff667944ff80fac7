"""The demo's clients: what they send, what came back, and what the simulator's ledger says."""

from __future__ import annotations

import time
from typing import Any

import httpx2
import msgspec
import orjson

LESSON: dict[str, Any] = {
    "messages": [
        {"role": "system", "content": "you are a friendly assistant"},
        {"role": "user", "content": "how is the weather in London?"},
    ]
}
"""The payload of the lesson on token limits."""

CHAT = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"
EMBEDDINGS = "/adaptive/openai/deployments/text-embedding-3-small/embeddings"


def local() -> httpx2.Client:
    """Return a client for this machine: no proxy of the environment stands in between."""
    return httpx2.Client(timeout=30.0, trust_env=False)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One call as its caller saw it. `at` is the monotonic second of the answer."""

    status: int
    prompt: int | None = None
    completion: int | None = None
    remaining: int | None = None
    retry_after: int | None = None
    message: str = ""
    at: float = 0.0


class Served(msgspec.Struct, frozen=True):
    """One call as the simulator's ledger has it."""

    prompt_tokens: int
    completion_tokens: int


class Ledger:
    """Reads the simulator's ledger, which knows nothing of the gateway."""

    def __init__(self, client: httpx2.Client, simulator: str) -> None:
        self._client = client
        self._url = f"{simulator}/_ledger"

    def calls(self, tag: str) -> list[Served]:
        """Return the calls of one tag, in order of arrival."""
        answer = self._client.get(self._url, params={"tag": tag})
        entries = orjson.loads(answer.content)["calls"]
        return [Served(e["prompt_tokens"], e["completion_tokens"]) for e in entries]


class Caller:
    """A client of the gateway with one key and one tag."""

    def __init__(self, client: httpx2.Client, gateway: str, *, key: str, tag: str) -> None:
        self._client = client
        self._gateway = gateway
        self._headers = {"api-key": key, "x-simulator-tag": tag}

    def chat(self, *, stream: bool) -> Row:
        """Send the lesson's payload."""
        if not stream:
            answer = self._client.post(self._gateway + CHAT, json=LESSON, headers=self._headers)
            return row_of(answer, answer.content)
        payload = {**LESSON, "stream": True, "stream_options": {"include_usage": True}}
        with self._client.stream(
            "POST", self._gateway + CHAT, json=payload, headers=self._headers
        ) as answer:
            body = b"".join(answer.iter_bytes())
        return row_of(answer, last_event(body) if answer.status_code == 200 else body)

    def embed(self, tokens: int, service_class: str) -> Row:
        """Send a call of exactly so many tokens, for a class of service."""
        answer = self._client.post(
            self._gateway + EMBEDDINGS,
            json={"input": [1] * tokens},
            headers={**self._headers, "x-service-class": service_class},
        )
        return row_of(answer, answer.content)


def last_event(stream: bytes) -> bytes:
    """Return the data of the last event before `[DONE]`: the one with the usage."""
    events = [line[6:] for line in stream.splitlines() if line.startswith(b"data: {")]
    return events[-1] if events else b"{}"


def row_of(answer: httpx2.Response, body: bytes) -> Row:
    """Return what an answer shows."""
    document = orjson.loads(body)
    usage = document.get("usage") or {}
    remaining = answer.headers.get("x-remaining-tokens")
    retry_after = answer.headers.get("retry-after")
    return Row(
        status=answer.status_code,
        prompt=usage.get("prompt_tokens"),
        completion=usage.get("completion_tokens"),
        remaining=int(remaining) if remaining else None,
        retry_after=int(retry_after) if retry_after else None,
        message=document.get("message", ""),
        at=time.monotonic(),
    )
