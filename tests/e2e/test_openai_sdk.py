"""The official SDK against real processes (clients.md, section 1)."""

from __future__ import annotations

from typing import Any

import httpx2
import openai
import pytest

from tests.e2e.conftest import KEYS
from tests.e2e.processes import Process

MESSAGES: Any = [
    {"role": "system", "content": "you are a friendly assistant"},
    {"role": "user", "content": "how is the weather in London?"},
]
PROMPT, COMPLETION = 23, 4
VERSION = "2024-10-21"


def azure(gateway: Process, **options: Any) -> openai.AzureOpenAI:
    return openai.AzureOpenAI(
        azure_endpoint=gateway.url,
        api_key=KEYS["lesson"],
        api_version=VERSION,
        max_retries=options.pop("max_retries", 0),
        **options,
    )


def test_azure_client_completes_and_then_gets_a_rate_limit_error(gateway: Process) -> None:
    with azure(gateway) as client:
        for _ in range(2):
            answer = client.chat.completions.create(model="gpt-4o", messages=MESSAGES)
            assert answer.usage is not None
            assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (
                PROMPT,
                COMPLETION,
            )
        with pytest.raises(openai.RateLimitError) as refused:
            client.chat.completions.create(model="gpt-4o", messages=MESSAGES)
    wait = int(refused.value.response.headers["retry-after"])
    assert 1 <= wait <= 61
    assert refused.value.response.json() == {
        "statusCode": 429,
        "message": f"Token limit is exceeded. Try again in {wait} seconds.",
    }


def test_azure_client_streams_and_the_usage_chunk_stays_hidden(gateway: Process) -> None:
    with azure(gateway) as client:
        stream = client.chat.completions.create(model="gpt-4o", messages=MESSAGES, stream=True)
        chunks = list(stream)
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert len(text.split()) == COMPLETION
    assert all(chunk.usage is None for chunk in chunks)


def test_azure_client_gets_the_usage_chunk_that_it_asks_for(gateway: Process) -> None:
    with azure(gateway) as client:
        stream = client.chat.completions.create(
            model="gpt-4o",
            messages=MESSAGES,
            stream=True,
            stream_options={"include_usage": True},
        )
        usages = [chunk.usage for chunk in stream if chunk.usage is not None]
    assert [usage.total_tokens for usage in usages] == [PROMPT + COMPLETION]


def test_streams_are_charged_what_the_provider_reports(gateway: Process) -> None:
    """27 tokens a call: two enter a limit of 50, the third does not."""
    with azure(gateway) as client:
        for _ in range(2):
            stream = client.chat.completions.create(model="gpt-4o", messages=MESSAGES, stream=True)
            assert list(stream)
        with pytest.raises(openai.RateLimitError):
            client.chat.completions.create(model="gpt-4o", messages=MESSAGES, stream=True)


def test_plain_client_sends_its_key_as_bearer_token(gateway: Process) -> None:
    base_url = f"{gateway.url}/openai/deployments/gpt-4o"
    with openai.OpenAI(base_url=base_url, api_key=KEYS["lesson"], max_retries=0) as client:
        answer = client.chat.completions.create(model="gpt-4o", messages=MESSAGES)
    assert answer.choices[0].message.content


def test_a_wrong_key_is_an_authentication_error(gateway: Process) -> None:
    with (
        openai.AzureOpenAI(
            azure_endpoint=gateway.url, api_key="wrong", api_version=VERSION, max_retries=0
        ) as client,
        pytest.raises(openai.AuthenticationError) as refused,
    ):
        client.chat.completions.create(model="gpt-4o", messages=MESSAGES)
    assert refused.value.response.json()["message"].startswith(
        "Access denied due to invalid subscription key."
    )


def test_embeddings_and_completions_work(gateway: Process) -> None:
    with azure(gateway) as client:
        vector = client.embeddings.create(model="text-embedding-3-small", input="hello")
        assert vector.data[0].embedding
        text = client.completions.create(model="gpt-35-turbo-instruct", prompt="hello")
    assert text.choices[0].text


@pytest.mark.anyio
async def test_async_clients_complete_and_stream(gateway: Process) -> None:
    async with openai.AsyncAzureOpenAI(
        azure_endpoint=gateway.url, api_key=KEYS["first"], api_version=VERSION, max_retries=0
    ) as client:
        answer = await client.chat.completions.create(model="gpt-4o", messages=MESSAGES)
        assert answer.usage is not None
        stream = await client.chat.completions.create(
            model="gpt-4o", messages=MESSAGES, stream=True
        )
        words = [c.choices[0].delta.content or "" async for c in stream if c.choices]
    assert len("".join(words).split()) == COMPLETION


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def test_the_callers_key_never_reaches_the_backend(
    gateway: Process, simulator: Process, client: httpx2.Client
) -> None:
    with azure(gateway, default_headers={"x-simulator-tag": "key-check"}) as sdk:
        sdk.chat.completions.create(model="gpt-4o", messages=MESSAGES)
    calls = client.get(f"{simulator.url}/_ledger", params={"tag": "key-check"}).json()["calls"]
    assert [call["key"] for call in calls] == [""]
