"""What the data plane refuses, and how long it waits."""

from __future__ import annotations

import asyncio

import pytest

from headgate.exchange.call import Call, Ending
from headgate.policy.effects import Forward, Steps
from headgate.upstream.bounds import Bounds, Timeouts
from tests.e2e.raw_peers import (
    GET,
    HEAD,
    OK,
    QUICK,
    SSE,
    answered,
    chunked,
    failed_response,
    post,
    read_both,
    refuse,
    rig,
    run,
)

# What the parser leaves to the gateway.


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (HEAD + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
        (HEAD + b"Content-Length: 1\r\nContent-Length: 1\r\n\r\na", 400),
        (HEAD + b"Content-Length: +1\r\n\r\na", 400),
        (HEAD + b"Content-Length: 1, 1\r\n\r\na", 400),
        (HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
        (HEAD + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400),
        (
            HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
            400,
        ),
        (HEAD + b"Content-Length : 1\r\n\r\na", 400),
        (HEAD + b"X: a\r\n b\r\nContent-Length: 0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\nHost: a\nContent-Length: 0\n\n", 400),
        (HEAD + b"X: a\rb\r\nContent-Length: 0\r\n\r\n", 400),
        (HEAD + b"X: a\0b\r\nContent-Length: 0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 400),
        (HEAD + b"Host: b\r\nContent-Length: 0\r\n\r\n", 400),
        (b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/9.9\r\nHost: a\r\nContent-Length: 0\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        (HEAD + b"X: " + b"a" * 1_000_000 + b"\r\nContent-Length: 0\r\n\r\n", 431),
        (HEAD + b"X: " + b"a" * 65_600 + b"\r\n\r\n", 431),
        (HEAD + b"A: b\r\n" * 128 + b"\r\n", 431),
        (b"GET http://other/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 501),
        (b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n", 501),
        (b"GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET /#a HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a:70000\r\n\r\n", 400),
        (HEAD + b"Expect: 200-ok\r\nContent-Length: 1\r\n\r\n", 417),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    ],
)
def test_malformed_requests_are_refused(request_bytes: bytes, status: int) -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            client = await gateway.connect()
            client.send(request_bytes)
            answer = await client.answer()
            assert answer.status == status
            assert answer.header("content-type") == "application/json"
            assert answer.header("connection") == "close"
            assert answer.body.startswith(b'{"statusCode":%d,"message":"' % status)
            assert await client.ended() == b""
            assert gateway.upstream.accepted == []

    run(scenario())


@pytest.mark.parametrize("framing", [b"1;a\nx\r\n0\r\n\r\n", b"0x1\r\na\r\n0\r\n\r\n"])
def test_malformed_chunks_never_reach_the_upstream_as_a_whole_request(framing: bytes) -> None:
    async def scenario() -> None:
        async with rig(read_both) as gateway:
            client = await gateway.connect()
            client.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + framing)
            assert (await client.answer()).status in (400, 413)
            assert gateway.upstream.accepted == []

    run(scenario())


def test_malformed_chunk_in_a_stream_closes_the_upstream_call() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            client = await gateway.connect()
            client.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(b"one"))
            upstream = await gateway.upstream.accept()
            await upstream.head()
            assert await upstream.chunk() == b"one"
            client.send(b"zz\r\n")
            assert (await client.answer()).status == 400
            assert await upstream.ended() in (b"", b"reset")

    run(scenario())


def test_endless_trailers_are_refused() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            client = await gateway.connect()
            client.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(b"one"))
            upstream = await gateway.upstream.accept()
            await upstream.head()
            client.send(b"0\r\nX: " + b"a" * 300_000)
            assert (await client.answer()).status == 400

    run(scenario())


def test_head_of_the_greatest_size_is_served() -> None:
    async def scenario() -> None:
        async with rig(refuse, bounds=Bounds(head=1000)) as gateway:
            for extra, status in ((0, 401), (1, 431)):
                client = await gateway.connect()
                # Target, then name, value and four separators of each header.
                filler = 1000 - len("/") - len("Hosta    ") - len("X    ") + extra
                client.send(b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * filler + b"\r\n\r\n")
                assert (await client.answer()).status == status

    run(scenario())


def test_garbage_behind_a_request_is_refused_after_its_answer() -> None:
    async def scenario() -> None:
        async with rig(refuse) as gateway:
            client = await gateway.connect()
            client.send(GET + b"\x00\x01garbage\r\n\r\n")
            assert [(await client.answer()).status for _ in range(2)] == [401, 400]
            assert await client.ended() == b""

    run(scenario())


def test_end_of_an_upload_and_the_next_request_may_come_in_one_read() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            client = await gateway.connect()
            client.send(HEAD + b"Content-Length: 4\r\n\r\nab")
            upstream = await gateway.upstream.accept()
            await upstream.head()
            client.send(b"cd" + GET)
            assert await upstream.reader.readexactly(4) == b"abcd"
            upstream.send(OK)
            assert (await client.answer()).body == b"ok"
            assert (await upstream.request())[0] == "GET /a HTTP/1.1"

    run(scenario())


def test_offer_of_http_2_is_ignored_and_the_body_read() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            client = await gateway.connect()
            offer = (b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AA")
            client.send(post(b"body", *offer)[:-2])
            upstream = await gateway.upstream.accept()
            line, headers = await upstream.head()
            assert line == "POST /p HTTP/1.1"
            assert {name for name, _ in headers} == {"host", "content-length"}
            client.send(b"dy")
            assert await upstream.body(headers) == b"body"
            upstream.send(OK)
            assert (await client.answer()).body == b"ok"
            client.send(GET)
            await upstream.request()

    run(scenario())


def test_status_page_needs_no_policies() -> None:
    async def scenario() -> None:
        async with rig(refuse) as gateway:
            client = await gateway.connect()
            client.send(b"GET /status-0123456789abcdef HTTP/1.1\r\nHost: a\r\n\r\n")
            answer = await client.answer()
            assert (answer.status, answer.body) == (200, b"Service Operational")

    run(scenario())


# Time.


@pytest.mark.parametrize(
    ("timeouts", "sent", "status"),
    [
        (Timeouts(sweep=0.02, head=0.1), b"GET / HTTP/1.1\r\nHo", 408),
        (Timeouts(sweep=0.02, idle=0.1), b"", None),
        (Timeouts(sweep=0.02, body=0.1), HEAD + b"Content-Length: 9\r\n\r\nab", 413),
    ],
)
def test_clients_that_keep_the_gateway_waiting(
    timeouts: Timeouts, sent: bytes, status: int | None
) -> None:
    async def scenario() -> None:
        async with rig(read_both, timeouts=timeouts) as gateway:
            client = await gateway.connect()
            client.send(sent)
            if status is not None:
                answer = await client.answer()
                assert answer.status == status
            assert await client.ended() == b""

    run(scenario())


def test_slow_head_is_not_kept_alive_by_trickling() -> None:
    async def scenario() -> None:
        timeouts = Timeouts(sweep=0.02, head=0.2)
        async with rig(timeouts=timeouts) as gateway:
            client = await gateway.connect()
            client.send(b"GET / HTTP/1.1\r\n")

            async def trickle() -> None:
                while True:
                    client.send(b"A: b\r\n")
                    await asyncio.sleep(0.01)

            trickling = asyncio.create_task(trickle())
            assert (await client.answer()).status == 408
            trickling.cancel()

    run(scenario())


def test_upstream_that_does_not_begin_to_answer_times_out() -> None:
    def hurried(call: Call) -> Steps[None]:
        failed = yield from Forward(100_000)
        assert failed is not None
        call.context.response = failed_response(failed)

    async def scenario() -> None:
        async with rig(hurried) as gateway:
            client = await gateway.connect()
            started = asyncio.get_running_loop().time()
            client.send(GET)
            upstream = await gateway.upstream.accept()
            await upstream.request()
            answer = await client.answer()
            assert (answer.status, answer.body[:8]) == (504, b"timeout:")
            assert asyncio.get_running_loop().time() - started < 1
            await upstream.ended()

    run(scenario())


@pytest.mark.parametrize("timeouts", [QUICK, Timeouts(sweep=0.02, answer_gap=0.1)])
def test_upstream_that_stops_sending_breaks_the_stream(timeouts: Timeouts) -> None:
    if timeouts is QUICK:
        timeouts = Timeouts(sweep=0.02, call=0.2)

    async def scenario() -> None:
        async with rig(timeouts=timeouts) as gateway:
            client = await answered(gateway, GET, SSE + chunked(b"data: 1\n\n"))
            await client.answer_head()
            assert await client.chunk() == b"data: 1\n\n"
            assert await client.ended() == b""
            assert await gateway.ending() is Ending.TIMED_OUT

    run(scenario())


def test_whole_call_is_bounded() -> None:
    async def scenario() -> None:
        async with rig(timeouts=Timeouts(sweep=0.02, call=0.1)) as gateway:
            client = await gateway.connect()
            client.send(GET)
            await gateway.upstream.accept()
            answer = await client.answer()
            assert answer.status == 504
            assert b'"activityId":"' in answer.body

    run(scenario())


def test_client_that_does_not_read_is_given_up() -> None:
    async def scenario() -> None:
        async with rig(timeouts=Timeouts(sweep=0.02, stalled=0.1)) as gateway:
            head = b"HTTP/1.1 200 OK\r\nContent-Length: 30000000\r\n\r\n"
            client = await answered(gateway, GET, head + bytes(10_000_000))
            client.writer.transport.pause_reading()  # type: ignore[attr-defined]  # it can
            assert await gateway.ending() is Ending.CLIENT_GONE
            await gateway.upstream.accepted[0].ended()

    run(scenario())


def test_unused_upstream_connections_are_closed() -> None:
    async def scenario() -> None:
        async with rig(timeouts=Timeouts(sweep=0.02, upstream_idle=0.1)) as gateway:
            client = await answered(gateway, GET, OK)
            await client.answer()
            assert await gateway.upstream.accepted[0].ended() in (b"", b"reset")

    run(scenario())
