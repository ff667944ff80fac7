"""The LLM simulator as a process and inside a loop, spoken to by the OpenAI SDK and by sockets."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.request import Request, urlopen

import msgspec
import openai
import pytest

from headgate.simulator.options import SimulatorOptions
from headgate.simulator.server import Simulator
from headgate.tokenizers.vocabulary import load

SECONDS = 20
"""How long anything here may take."""
HELLO: Any = [{"role": "user", "content": "Hello"}]
HELLO_TOKENS = 8


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Run `headgate llm-simulator` and see it end cleanly."""
    command = [sys.executable, "-m", "headgate.cli.main", "llm-simulator", "--port", "0"]
    with subprocess.Popen(
        [*command, "--completion-tokens", "5-50"], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("llm-simulator listens on http://")
            yield line.split()[-1]
            process.send_signal(signal.SIGTERM)
            assert process.wait(SECONDS) == 0
        finally:
            process.kill()


@asynccontextmanager
async def simulator(**options: Any) -> AsyncIterator[Simulator]:
    """Run a simulator in this loop."""
    running = Simulator(SimulatorOptions(**options))
    await running.start()
    try:
        async with asyncio.timeout(SECONDS):
            yield running
    finally:
        await running.stop()


def azure(url: str) -> openai.AzureOpenAI:
    return openai.AzureOpenAI(
        azure_endpoint=url, api_key="secret", api_version="2024-10-21", timeout=SECONDS
    )


def plain(url: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{url}/v1", api_key="secret", timeout=SECONDS)


def async_plain(url: str, *, retries: int = 0) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(
        base_url=f"{url}/v1", api_key="secret", timeout=SECONDS, max_retries=retries
    )


def ledger_of(url: str, tag: str) -> dict[str, Any]:
    with urlopen(f"{url}/_ledger?tag={tag}", timeout=SECONDS) as answer:
        shown: dict[str, Any] = msgspec.json.decode(answer.read())
    return shown


async def in_flight(running: Simulator, calls: int) -> None:
    """Wait until so many calls are on their way."""
    # The ledger is plain data and tells nobody when it changes.
    while running.ledger.total.in_flight != calls:  # noqa: ASYNC110 - see above
        await asyncio.sleep(0.001)


async def settled(running: Simulator) -> None:
    """Wait until no call is on its way."""
    await in_flight(running, 0)


async def read_until_reset(reader: asyncio.StreamReader) -> bytes:
    """Return what comes before the connection is reset; fails if it ends otherwise."""
    got = b""
    try:
        while data := await reader.read(65536):
            got += data
    except ConnectionResetError:
        return got
    pytest.fail("the connection ended without a reset")


def test_azure_client_gets_an_answer_whose_usage_is_true(url: str) -> None:
    with azure(url) as client:
        answer = client.chat.completions.create(
            model="gpt-4o", messages=HELLO, extra_headers={"x-simulator-tag": "azure"}
        )
    assert answer.usage is not None
    assert answer.usage.prompt_tokens == HELLO_TOKENS
    assert 5 <= answer.usage.completion_tokens <= 50
    text = answer.choices[0].message.content or ""
    assert load().count(text) == answer.usage.completion_tokens
    [call] = ledger_of(url, "azure")["calls"]
    assert call["completion_tokens"] == answer.usage.completion_tokens
    assert (call["key"], call["model"], call["status"]) == ("secret", "gpt-4o", 200)


@pytest.mark.parametrize("asked", [False, True])
def test_azure_client_streams_and_gets_usage_when_it_asks(url: str, asked: bool) -> None:
    tag = f"stream-{asked}"
    with azure(url) as client:
        stream = client.chat.completions.create(
            model="gpt-4o",
            messages=HELLO,
            stream=True,
            stream_options={"include_usage": True} if asked else openai.omit,
            extra_headers={"x-simulator-tag": tag},
        )
        events = list(stream)
    text = "".join(e.choices[0].delta.content or "" for e in events if e.choices)
    total = ledger_of(url, tag)["total"]
    assert load().count(text) == total["completion_tokens"]
    usages = [event.usage for event in events if event.usage is not None]
    assert [usage.completion_tokens for usage in usages] == (
        [total["completion_tokens"]] if asked else []
    )


def test_openai_client_gets_completions_embeddings_and_models(url: str) -> None:
    with plain(url) as client:
        answer = client.completions.create(model="gpt-4o", prompt=["one", "two"], max_tokens=3)
        assert [choice.finish_reason for choice in answer.choices] == ["length", "length"]
        assert answer.usage is not None
        assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (2, 6)
        vectors = client.embeddings.create(model="text-embedding-3-small", input=["a", "b"])
        assert [len(item.embedding) for item in vectors.data] == [1536, 1536]
        assert "gpt-4o" in [model.id for model in client.models.list()]


def test_ledger_can_be_reset() -> None:
    async def scenario() -> None:
        async with simulator() as running, async_plain(running.url) as client:
            await client.chat.completions.create(model="gpt-4o", messages=HELLO)
            request = Request(f"{running.url}/_ledger/reset", method="POST")
            answer = await asyncio.to_thread(urlopen, request, timeout=SECONDS)
            answer.close()
            assert running.ledger.total.calls == 0

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"keys": ("other",)}, openai.AuthenticationError),
        ({"deployments": {"other": "gpt-4o"}}, openai.NotFoundError),
        ({"tokens_per_minute": 10}, openai.RateLimitError),
        ({"failure_rates": {"500": 1.0}}, openai.InternalServerError),
        ({"failure_rates": {"reset-before-head": 1.0}}, openai.APIConnectionError),
    ],
)
def test_client_knows_the_errors(options: dict[str, Any], error: type[openai.OpenAIError]) -> None:
    async def scenario() -> None:
        given = msgspec.convert(options, SimulatorOptions)
        async with (
            simulator(**msgspec.structs.asdict(given)) as running,
            async_plain(running.url) as client,
        ):
            with pytest.raises(error):
                await client.chat.completions.create(model="gpt-4o", messages=HELLO)
            await settled(running)
            assert running.ledger.total.completion_tokens == 0

    asyncio.run(scenario())


def test_client_waits_as_long_as_a_refusal_says_and_tries_again() -> None:
    async def scenario() -> None:
        # 71,008 tokens are taken; the second call waits for 716 more, of 1,200 a second.
        options = {"tokens_per_minute": 72_000, "completion_tokens": 71_000}
        async with (
            simulator(**options) as running,
            async_plain(running.url, retries=2) as client,
        ):
            for tokens in ("71000", "1700"):
                await client.chat.completions.create(
                    model="gpt-4o",
                    messages=HELLO,
                    extra_headers={"x-simulator-completion-tokens": tokens},
                )
            statuses = [call.status for call in running.ledger.calls]
            assert statuses[0] == statuses[-1] == 200
            assert set(statuses[1:-1]) == {429}

    asyncio.run(scenario())


@pytest.mark.parametrize("fault", ["gzip", "close-delimited", "slow-head", "gzip,close-delimited"])
@pytest.mark.parametrize("stream", [False, True])
def test_client_reads_every_framing(fault: str, stream: bool) -> None:
    async def scenario() -> str:
        async with (
            simulator(slow_head_ms=20) as running,
            async_plain(running.url) as client,
        ):
            headers = {"x-simulator-fault": fault, "x-simulator-completion-tokens": "20"}
            if not stream:
                answer = await client.chat.completions.create(
                    model="gpt-4o", messages=HELLO, extra_headers=headers
                )
                return answer.choices[0].message.content or ""
            events = await client.chat.completions.create(
                model="gpt-4o", messages=HELLO, stream=True, extra_headers=headers
            )
            return "".join([e.choices[0].delta.content or "" async for e in events if e.choices])

    assert load().count(asyncio.run(scenario())) == 20


async def post(port: int, *headers: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Ask for a stream over a socket of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = msgspec.json.encode({"model": "gpt-4o", "messages": HELLO, "stream": True})
    lines = ("POST /v1/chat/completions HTTP/1.1", *headers, f"content-length: {len(body)}")
    writer.write("\r\n".join((*lines, "", "")).encode() + body)
    return reader, writer


def test_reset_mid_stream_reaches_the_caller_behind_half_the_tokens() -> None:
    async def scenario() -> bytes:
        async with simulator(completion_tokens=20) as running:
            reader, writer = await post(running.port, "x-simulator-fault: reset-mid-stream")
            got = await read_until_reset(reader)
            writer.close()
            await settled(running)
            assert running.ledger.total.completion_tokens == 10
            assert running.ledger.total.aborted == 1
            return got

    assert asyncio.run(scenario()).count(b'"content":"') == 11


def test_process_resets_and_notices_leaving_too(url: str) -> None:
    port = int(url.rpartition(":")[2])
    fault = ("x-simulator-tag: reset", "x-simulator-fault: reset-mid-stream")

    async def scenario() -> None:
        reader, writer = await post(port, "x-simulator-completion-tokens: 20", *fault)
        assert (await read_until_reset(reader)).count(b'"content":"') == 11
        writer.close()
        reader, writer = await post(port, "x-simulator-tag: left", "x-simulator-pace-ms: 1000")
        await reader.readuntil(b"data: ")
        writer.close()
        await writer.wait_closed()

    asyncio.run(scenario())
    assert ledger_of(url, "reset")["total"]["completion_tokens"] == 10
    while (left := ledger_of(url, "left")["total"])["in_flight"]:
        pass  # Noticed within milliseconds; each look is a request of its own.
    assert (left["aborted"], left["completion_tokens"]) == (1, 1)


def test_stall_lasts_until_the_caller_leaves() -> None:
    async def scenario() -> None:
        async with simulator(completion_tokens=20) as running:
            reader, writer = await post(running.port, "x-simulator-fault: stall")
            await reader.readuntil(b"data: ")
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await reader.readuntil(b"[DONE]")
            assert running.ledger.total.in_flight == 1
            writer.close()
            await settled(running)
            assert running.ledger.total.aborted == 1

    asyncio.run(scenario())


@pytest.mark.parametrize("way", ["close", "abort"])
def test_caller_that_leaves_is_noticed_at_once(way: str) -> None:
    async def scenario() -> float:
        async with simulator(completion_tokens=1000, token_pace_ms=20) as running:
            reader, writer = await post(running.port)
            for _ in range(3):
                await reader.readuntil(b'"content":" ')
            sent = running.ledger.total.completion_tokens
            started = asyncio.get_running_loop().time()
            if way == "close":
                writer.close()
            else:
                writer.transport.abort()
            await settled(running)
            seconds = asyncio.get_running_loop().time() - started
            total = running.ledger.total
            assert (total.aborted, sent) == (1, 4)
            assert total.completion_tokens <= sent + 1
            return seconds

    # A few milliseconds; a shared machine may be busy with something else for a moment.
    assert asyncio.run(scenario()) < 0.2


def test_many_paced_streams_keep_their_pace_and_are_all_counted() -> None:
    streams, tokens = 300, 20

    async def one(running: Simulator) -> None:
        reader, writer = await post(running.port)
        assert (await reader.readuntil(b"0\r\n\r\n")).count(b'"content":"') == tokens + 1
        writer.close()

    async def scenario() -> float:
        async with simulator(completion_tokens=tokens, token_pace_ms=25) as running:
            loop = asyncio.get_running_loop()
            started = loop.time()
            await asyncio.gather(*(one(running) for _ in range(streams)))
            total = running.ledger.total
            assert (total.calls, total.aborted, total.in_flight) == (streams, 0, 0)
            assert total.completion_tokens == streams * tokens
            assert total.prompt_tokens == streams * HELLO_TOKENS
            return loop.time() - started

    # 0.5 s by the pace; the bound is generous because the machine may be shared.
    assert 0.45 < asyncio.run(scenario()) < 5


def test_stopping_ends_calls_on_their_way() -> None:
    async def scenario() -> None:
        async with simulator(first_token_latency_ms=60_000) as running:
            reader, writer = await post(running.port)
            await in_flight(running, 1)
            await running.stop()
            assert await reader.read() == b""
            writer.close()
            assert (running.ledger.total.in_flight, running.ledger.total.aborted) == (0, 1)

    asyncio.run(scenario())
