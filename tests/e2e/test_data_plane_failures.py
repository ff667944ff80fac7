"""The data plane when an upstream or a client breaks off, and its life: drain, bugs."""

from __future__ import annotations

import asyncio

import pytest

from headgate.exchange.call import Call, Ending
from headgate.policy.effects import Forward, Sleep, Steps
from headgate.upstream.bounds import Bounds
from tests.e2e.raw_peers import (
    GET,
    OK,
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

# Failures.


def test_stream_that_breaks_upstream_breaks_for_the_client() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            client = await answered(gateway, GET, SSE + chunked(b"data: 1\n\n") + b"ff\r\ndata")
            gateway.upstream.accepted[0].reset()
            await client.answer_head()
            rest = await client.ended()
            assert rest.startswith(b"d\r\ndata: 1\n\ndata")
            assert not rest.endswith(b"0\r\n\r\n")
            assert await gateway.ending() is Ending.UPSTREAM_BROKEN

    run(scenario())


def test_http_1_0_client_sees_a_broken_stream_as_a_reset() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            client = await answered(gateway, b"GET / HTTP/1.0\r\n\r\n", SSE + chunked(b"a"))
            await client.answer_head()
            assert await client.reader.readexactly(1) == b"a"
            gateway.upstream.accepted[0].reset()
            assert await client.ended() == b"reset"

    run(scenario())


def test_length_that_the_upstream_does_not_keep_breaks_the_answer() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            client = await answered(gateway, GET, OK.replace(b": 2", b": 5"))
            gateway.upstream.accepted[0].close()
            assert (await client.answer_head()).header("content-length") == "5"
            assert await client.ended() == b"ok"
            assert await gateway.ending() is Ending.UPSTREAM_BROKEN

    run(scenario())


def test_collected_answer_that_breaks_is_told_to_the_policy() -> None:
    async def scenario() -> None:
        async with rig(read_both) as gateway:
            client = await answered(gateway, GET, OK.replace(b": 2", b": 5"))
            gateway.upstream.accepted[0].close()
            answer = await client.answer()
            assert (answer.status, answer.body) == (502, b"peer-gone")

    run(scenario())


@pytest.mark.parametrize(
    "garbage",
    [
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000,
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n",
    ],
)
def test_upstream_that_speaks_no_http_is_malformed(garbage: bytes) -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            client = await answered(gateway, GET, garbage)
            answer = await client.answer()
            assert (answer.status, answer.body[:10]) == (502, b"malformed:")

    run(scenario())


def test_upstream_that_refuses_and_upstream_that_hangs_up_are_told_apart() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            client = await gateway.connect()
            client.send(GET)
            (await gateway.upstream.accept()).close()
            answer = await client.answer()
            assert (answer.status, answer.body[:7]) == (502, b"broken:")
            # A port that nobody listens on.
            port, gateway.upstream.port = gateway.upstream.port, 1
            client.send(GET)
            answer = await client.answer()
            assert (answer.status, answer.body[:8]) == (502, b"refused:")
            gateway.upstream.port = port

    run(scenario())


def test_pooled_connection_that_was_closing_is_replaced_once() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            client = await answered(gateway, GET, OK)
            await client.answer()
            client.send(post(b"again"))
            stale = gateway.upstream.accepted[0]
            await stale.request()
            stale.close()
            fresh = await gateway.upstream.accept()
            assert (await fresh.request())[2] == b"again"
            fresh.close()
            assert (await client.answer()).status == 502

    run(scenario())


def test_streamed_request_is_sent_again_while_it_is_kept() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            client = await answered(gateway, GET, OK)
            await client.answer()
            client.send(b"POST /p HTTP/1.1\r\nHost: gw\r\nContent-Length: 4\r\n\r\nab")
            stale = gateway.upstream.accepted[0]
            await stale.head()
            stale.close()
            fresh = await gateway.upstream.accept()
            client.send(b"cd")
            assert (await fresh.request())[2] == b"abcd"
            fresh.send(OK)
            assert (await client.answer()).body == b"ok"

    run(scenario())


def forward_twice(call: Call) -> Steps[None]:
    yield from Forward(10_000_000, buffer_request_body=True)
    failed = yield from Forward(10_000_000, buffer_request_body=True)
    if failed is not None:
        call.context.response = failed_response(failed)


def test_retry_sends_a_kept_body_again_and_drops_the_first_answer() -> None:
    async def scenario() -> None:
        async with rig(forward_twice) as gateway:
            client = await gateway.connect()
            client.send(b"POST /p HTTP/1.1\r\nHost: gw\r\nTransfer-Encoding: chunked\r\n\r\n")
            client.send(chunked(b"one"))
            first = await gateway.upstream.accept()
            await first.head()
            assert await first.chunk() == b"one"
            client.send(chunked(b"two", b""))
            first.send(b"HTTP/1.1 500 Broken\r\nContent-Length: 900\r\n\r\npart")
            second = await gateway.upstream.accept()
            _, _, body = await second.request()
            assert body == b"onetwo"
            second.send(OK)
            assert (await client.answer()).body == b"ok"

    run(scenario())


def test_retry_of_a_body_that_was_not_kept_fails() -> None:
    def twice(call: Call) -> Steps[None]:
        yield from Forward(10_000_000)
        failed = yield from Forward(10_000_000)
        assert failed is not None
        call.context.response = failed_response(failed)

    async def scenario() -> None:
        async with rig(twice) as gateway:
            client = await gateway.connect()
            client.send(b"POST /p HTTP/1.1\r\nHost: gw\r\nTransfer-Encoding: chunked\r\n\r\n")
            client.send(chunked(b"one"))
            upstream = await gateway.upstream.accept()
            await upstream.head()
            await upstream.chunk()
            upstream.send(OK)
            assert (await client.answer()).body.startswith(b"unsent:")

    run(scenario())


def test_redirects_are_followed_without_the_callers_secrets_to_other_hosts() -> None:
    def follow(call: Call) -> Steps[None]:
        yield from Forward(10_000_000, follow_redirects=True)

    async def scenario() -> None:
        async with rig(follow) as gateway:
            client = await gateway.connect()
            client.send(post(b"body", b"Authorization: secret"))
            upstream = await gateway.upstream.accept()
            await upstream.request()
            upstream.send(b"HTTP/1.1 307 T\r\nLocation: /b?x=1\r\nContent-Length: 0\r\n\r\n")
            line, headers, body = await upstream.request()
            assert (line, headers["authorization"], body) == (
                "POST /b?x=1 HTTP/1.1",
                "secret",
                b"body",
            )
            place = f"http://localhost:{gateway.upstream.port}/c".encode()
            upstream.send(b"HTTP/1.1 303 T\r\nLocation: %b\r\nContent-Length: 0\r\n\r\n" % place)
            other = await gateway.upstream.accept()
            line, headers, body = await other.request()
            assert (line, body) == ("GET /c HTTP/1.1", b"")
            assert "authorization" not in headers
            other.send(OK)
            assert (await client.answer()).body == b"ok"

    run(scenario())


# Hang-ups.


@pytest.mark.parametrize("half", [False, True])
def test_client_that_hangs_up_closes_the_upstream_call_at_once(half: bool) -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            client = await answered(gateway, GET, SSE + chunked(b"data: 1\n\n"))
            await client.answer_head()
            await client.chunk()
            started = asyncio.get_running_loop().time()
            if half:
                client.writer.write_eof()
            else:
                client.close()
            await gateway.upstream.accepted[0].ended()
            assert asyncio.get_running_loop().time() - started < 0.1
            assert await gateway.ending() is Ending.CLIENT_GONE

    run(scenario())


def test_client_that_hangs_up_during_its_upload_closes_the_upstream_call() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            client = await gateway.connect()
            client.send(b"POST /p HTTP/1.1\r\nHost: gw\r\nContent-Length: 4\r\n\r\nab")
            upstream = await gateway.upstream.accept()
            await upstream.head()
            client.close()
            assert await upstream.ended() in (b"ab", b"reset")
            assert await gateway.ending() is Ending.CLIENT_GONE
            assert gateway.server.buffered_bytes == 0

    run(scenario())


def test_client_that_hangs_up_while_a_policy_sleeps_ends_the_call() -> None:
    def sleepy(call: Call) -> Steps[None]:
        yield from Sleep(50_000_000)  # type: ignore[arg-type]  # a duration

    async def scenario() -> None:
        async with rig(sleepy) as gateway:
            client = await gateway.connect()
            client.send(GET)
            await gateway.until(lambda: gateway.server.open_connections == 1)
            client.close()
            assert await gateway.ending() is Ending.CLIENT_GONE

    run(scenario())


def test_slow_reader_holds_no_more_than_its_window() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            head = b"HTTP/1.1 200 OK\r\nContent-Length: 30000000\r\n\r\n"
            client = await answered(gateway, GET, head)
            await client.answer_head()
            client.writer.transport.pause_reading()  # type: ignore[attr-defined]  # a read transport
            upstream = gateway.upstream.accepted[0]
            upstream.writer.transport.set_write_buffer_limits(high=0)
            sent = 0
            try:
                async with asyncio.timeout(0.5):
                    while sent < 30_000_000:
                        upstream.send(bytes(100_000))
                        await upstream.writer.drain()
                        sent += 100_000
            except TimeoutError:
                pass
            assert sent < 25_000_000, "the gateway read more than the client took"
            client.writer.transport.resume_reading()  # type: ignore[attr-defined]  # as above
            upstream.send(bytes(30_000_000 - sent - 100_000))
            taken = 0
            while taken < 30_000_000:
                taken += len(await client.reader.read(1_000_000))
            assert await gateway.ending() is Ending.COMPLETE

    run(scenario())


# The server's life.


def test_drain_finishes_what_is_on_its_way() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            idle = await gateway.connect()
            client = await answered(gateway, GET, SSE)
            await client.answer_head()
            waiting = await gateway.connect()
            waiting.send(GET)
            second = await gateway.upstream.accept()
            await second.request()
            port = gateway.server.port
            draining = asyncio.create_task(gateway.server.drain(5.0))
            assert await idle.ended() == b""
            with pytest.raises(OSError):
                await asyncio.open_connection("127.0.0.1", port)
            first = gateway.upstream.accepted[0]
            first.send(chunked(b"data: 1\n\n", b""))
            second.send(OK)
            assert (await waiting.answer()).header("connection") == "close"
            assert await client.body([("transfer-encoding", "chunked")]) == b"data: 1\n\n"
            assert await client.ended() == b""
            await draining
            assert gateway.server.open_connections == 0

    run(scenario())


def test_drain_cuts_what_takes_too_long() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            client = await answered(gateway, GET, SSE)
            await client.answer_head()
            await gateway.server.drain(0.05)
            assert await client.ended() == b""
            assert await gateway.ending() is Ending.DRAINED

    run(scenario())


def test_bug_in_the_core_answers_500_and_is_concluded(caplog: pytest.LogCaptureFixture) -> None:
    def bug(call: Call) -> Steps[None]:
        yield from ()
        raise ZeroDivisionError("oops")

    async def scenario() -> None:
        async with rig(bug) as gateway:
            client = await gateway.connect()
            client.send(GET)
            answer = await client.answer()
            assert answer.status == 500
            request_id = gateway.facts[0].context.request_id
            assert answer.body == (
                b'{"statusCode":500,"message":"Internal server error","activityId":"%b"}'
                % request_id.encode()
            )
            assert await gateway.ending() is Ending.COMPLETE

    run(scenario())
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert caplog.records[0].exc_info is not None


def test_too_many_connections_are_closed() -> None:
    async def scenario() -> None:
        async with rig(refuse, bounds=Bounds(connections=1)) as gateway:
            first = await gateway.connect()
            first.send(GET)
            await first.answer()
            second = await gateway.connect()
            assert await second.ended() in (b"", b"reset")

    run(scenario())
