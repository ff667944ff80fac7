"""The data plane between raw sockets: framing and streaming, both ways."""

from __future__ import annotations

import asyncio
import gzip
import resource

import pytest

from headgate.exchange.call import Ending
from headgate.upstream.bounds import Bounds
from tests.e2e.raw_peers import (
    GET,
    KIB,
    OK,
    SSE,
    Peer,
    answered,
    chunked,
    forward,
    post,
    read_both,
    refuse,
    rig,
    run,
)

# Plain calls.


def test_call_passes_both_ways_without_hop_by_hop_headers() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            client = await gateway.connect()
            client.send(
                b"POST /p?q=1 HTTP/1.1\r\nHost: gw\r\nX-Keep: a\r\n"
                b"Connection: keep-alive, X-Mine\r\nX-Mine: b\r\nTE: trailers\r\n"
                b"Keep-Alive: 5\r\nContent-Length: 2\r\n\r\nhi"
            )
            upstream = await gateway.upstream.accept()
            line, headers, body = await upstream.request()
            assert line == "POST /p?q=1 HTTP/1.1"
            assert headers == {
                "host": f"127.0.0.1:{gateway.upstream.port}",
                "x-keep": "a",
                "content-length": "2",
            }
            assert body == b"hi"
            upstream.send(
                b"HTTP/1.1 201 Made\r\nX-A: 1\r\nX-A: 2\r\nKeep-Alive: 9\r\n"
                b"Content-Length: 2\r\n\r\nok"
            )
            answer = await client.answer()
            assert answer.status == 201
            assert answer.headers == [("x-a", "1"), ("x-a", "2"), ("content-length", "2")]
            assert answer.body == b"ok"
            assert await gateway.ending() is Ending.COMPLETE
            assert len(gateway.facts) == 1

    run(scenario())


def test_connections_are_reused_on_both_sides() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            client = await answered(gateway, GET, OK)
            await client.answer()
            for _ in range(3):
                client.send(post(b"more"))
                upstream = gateway.upstream.accepted[0]
                assert (await upstream.request())[2] == b"more"
                upstream.send(OK)
                assert (await client.answer()).body == b"ok"
            assert len(gateway.upstream.accepted) == 1

    run(scenario())


def test_pipelined_requests_are_answered_in_order() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            client = await gateway.connect()
            client.send(post(b"1") + post(b"2") + b"GET /3 HTTP/1.1\r\nHost: gw\r\n\r\n")
            upstream = await gateway.upstream.accept()
            for expected in (b"1", b"2", b""):
                assert (await upstream.request())[2] == expected
                upstream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + (expected or b"3"))
            assert [(await client.answer()).body for _ in range(3)] == [b"1", b"2", b"3"]

    run(scenario())


def test_request_behind_a_running_call_waits_even_when_it_comes_in_pieces() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            client = await gateway.connect()
            client.send(GET + b"POST /p HTTP/1.1\r\nHo")
            upstream = await gateway.upstream.accept()
            await upstream.request()
            client.send(b"st: gw\r\nContent-Length: 3\r\n\r\na")
            upstream.send(OK)
            assert (await client.answer()).body == b"ok"
            client.send(b"bc")
            assert (await upstream.request())[2] == b"abc"
            upstream.send(OK)
            assert (await client.answer()).body == b"ok"

    run(scenario())


def test_too_many_pipelined_requests_are_refused_after_the_answers_before() -> None:
    async def scenario() -> None:
        async with rig(refuse, bounds=Bounds(pipelined=2)) as gateway:
            client = await gateway.connect()
            client.send(GET * 3)
            assert [(await client.answer()).status for _ in range(3)] == [401, 401, 400]
            assert await client.ended() == b""

    run(scenario())


# Bodies.


def test_chunked_upload_streams_with_back_pressure() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            client = await gateway.connect()
            client.send(b"POST /p HTTP/1.1\r\nHost: gw\r\nTransfer-Encoding: chunked\r\n\r\n")
            upstream = await gateway.upstream.accept()
            _, headers = await upstream.head()
            assert ("transfer-encoding", "chunked") in headers
            client.send(chunked(b"one"))
            assert await upstream.chunk() == b"one"
            client.send(chunked(b"x" * 300_000) + b"0\r\nTrailer: t\r\n\r\n")
            assert await upstream.body(headers) == b"x" * 300_000
            upstream.send(OK)
            assert (await client.answer()).body == b"ok"

    run(scenario())


def test_buffered_chunked_request_is_forwarded_with_its_length() -> None:
    async def scenario() -> None:
        async with rig(read_both) as gateway:
            client = await gateway.connect()
            client.send(b"POST /p HTTP/1.1\r\nHost: gw\r\nTransfer-Encoding: chunked\r\n\r\n")
            client.send(chunked(b"one"))
            await gateway.until(lambda: gateway.server.buffered_bytes == 3)
            client.send(chunked(b"two", b""))
            upstream = await gateway.upstream.accept()
            _, headers, body = await upstream.request()
            assert (headers["content-length"], body) == ("6", b"onetwo")
            upstream.send(SSE + chunked(b"a"))
            upstream.send(chunked(b"b", b""))
            answer = await client.answer()
            assert (answer.header("content-length"), answer.body) == ("2", b"ab")

    run(scenario())


@pytest.mark.parametrize("respond", [forward, read_both])
def test_50_mb_pass_both_ways_in_bounded_memory(respond: object) -> None:
    size = 50 * KIB * KIB if respond is forward else 20 * KIB * KIB
    block = bytes(64 * KIB)

    async def upload(client: Peer) -> None:
        client.send(b"POST /p HTTP/1.1\r\nHost: gw\r\nContent-Length: %d\r\n\r\n" % size)
        for _ in range(size // len(block)):
            client.send(block)
            await client.writer.drain()

    async def swallow(peer: Peer, count: int) -> None:
        while count:
            count -= len(await peer.reader.read(min(count, 256 * KIB)))

    async def scenario() -> None:
        async with rig(respond) as gateway:  # type: ignore[arg-type]  # parametrized
            client = await gateway.connect()
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            sending = asyncio.create_task(upload(client))
            upstream = await gateway.upstream.accept()
            await upstream.head()
            await swallow(upstream, size)
            await sending
            upstream.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)

            async def answer() -> None:
                for _ in range(size // len(block)):
                    upstream.send(block)
                    await upstream.writer.drain()

            answering = asyncio.create_task(answer())
            head = await client.answer_head()
            assert head.header("content-length") == str(size)
            await swallow(client, size)
            await answering
            grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
            if respond is forward:
                assert grown < 16 * KIB, f"{grown} KiB"
            assert await gateway.ending() is Ending.COMPLETE
            assert gateway.server.buffered_bytes == 0

    run(scenario())


def test_expect_continue_is_met_when_the_body_is_wanted() -> None:
    async def scenario() -> None:
        async with rig(read_both) as gateway:
            client = await gateway.connect()
            client.send(post(b"", b"Expect: 100-continue").replace(b"Length: 0", b"Length: 2"))
            assert (await client.head())[0] == "HTTP/1.1 100 Continue"
            client.send(b"hi")
            upstream = await gateway.upstream.accept()
            _, headers, body = await upstream.request()
            assert (body, "expect" in headers) == (b"hi", False)
            upstream.send(OK)
            assert (await client.answer()).body == b"ok"

    run(scenario())


def test_expect_continue_is_not_met_when_the_call_is_refused() -> None:
    async def scenario() -> None:
        async with rig(refuse) as gateway:
            client = await gateway.connect()
            client.send(b"POST /p HTTP/1.1\r\nHost: gw\r\nExpect: 100-continue\r\n")
            client.send(b"Content-Length: 2\r\n\r\n")
            answer = await client.answer()
            assert (answer.status, answer.header("connection")) == (401, "close")
            assert await client.ended() == b""

    run(scenario())


def test_rest_of_a_refused_body_is_dropped_and_the_connection_kept() -> None:
    async def scenario() -> None:
        async with rig(refuse) as gateway:
            client = await gateway.connect()
            client.send(post(b"x" * 1000)[:-500])
            assert (await client.answer()).status == 401
            client.send(b"x" * 500 + GET)
            answer = await client.answer()
            assert (answer.status, answer.header("connection")) == (401, None)
            assert gateway.server.buffered_bytes == 0

    run(scenario())


@pytest.mark.parametrize("framing", [b"Content-Length: 5000", b"Transfer-Encoding: chunked"])
def test_rest_of_a_refused_body_over_the_bound_closes(framing: bytes) -> None:
    async def scenario() -> None:
        async with rig(refuse, bounds=Bounds(body_dropped=1000)) as gateway:
            client = await gateway.connect()
            client.send(b"POST /p HTTP/1.1\r\nHost: gw\r\n" + framing + b"\r\n\r\n")
            client.send(chunked(b"x" * 400))
            answer = await client.answer()
            assert answer.status == 401
            if framing.startswith(b"Content-Length"):
                assert answer.header("connection") == "close"
            client.send(chunked(b"x" * 4000))
            assert await client.ended() in (b"", b"reset")

    run(scenario())


def test_body_over_the_buffered_bound_is_too_large_for_a_policy_that_reads_it() -> None:
    async def scenario() -> None:
        async with rig(read_both, bounds=Bounds(body_buffered=1000)) as gateway:
            client = await gateway.connect()
            client.send(b"POST /p HTTP/1.1\r\nHost: gw\r\nTransfer-Encoding: chunked\r\n\r\n")
            client.send(chunked(b"x" * 1000))
            await gateway.until(lambda: gateway.server.buffered_bytes == 1000)
            client.send(chunked(b"x"))
            answer = await client.answer()
            assert (answer.status, answer.body) == (413, b"too-large")

    run(scenario())


def test_streamed_body_over_its_bound_is_cut_off() -> None:
    async def scenario() -> None:
        async with rig(bounds=Bounds(body_streamed=1000)) as gateway:
            client = await gateway.connect()
            client.send(b"POST /p HTTP/1.1\r\nHost: gw\r\nTransfer-Encoding: chunked\r\n\r\n")
            upstream = await gateway.upstream.accept()
            client.send(chunked(b"x" * 1001))
            assert (await client.answer()).status == 413
            await upstream.ended()
            declared = await gateway.connect()
            declared.send(b"POST /p HTTP/1.1\r\nHost: gw\r\nContent-Length: 1001\r\n\r\n")
            assert (await declared.answer()).status == 413

    run(scenario())


def test_memory_over_all_buffered_bodies_is_bounded() -> None:
    async def scenario() -> None:
        async with rig(read_both, bounds=Bounds(buffered_total=1000)) as gateway:
            first, second = await gateway.connect(), await gateway.connect()
            first.send(post(b"x" * 700)[:-1])
            await gateway.until(lambda: gateway.server.buffered_bytes == 699)
            second.send(post(b"x" * 700)[:-1])
            assert (await second.answer()).status == 503
            await gateway.until(lambda: gateway.server.buffered_bytes == 699)
            first.send(b"x")
            upstream = await gateway.upstream.accept()
            assert len((await upstream.request())[2]) == 700
            upstream.send(OK)
            assert (await first.answer()).status == 200
            assert gateway.server.buffered_bytes == 0

    run(scenario())


# Answers.


def test_events_pass_as_they_come() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            client = await answered(gateway, GET, SSE)
            answer = await client.answer_head()
            assert answer.header("transfer-encoding") == "chunked"
            upstream = gateway.upstream.accepted[0]
            for number in range(3):
                upstream.send(chunked(b"data: %d\n\n" % number))
                assert await client.chunk() == b"data: %d\n\n" % number
            upstream.send(b"0\r\nX-Trailer: dropped\r\n\r\n")
            assert await client.chunk() == b""
            client.send(GET)
            await upstream.request()

    run(scenario())


def test_whole_stream_in_one_read_is_an_answer_with_a_length() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            client = await answered(gateway, GET, SSE + chunked(b"data: 1\n\n", b""))
            answer = await client.answer()
            assert (answer.header("content-length"), answer.body) == ("9", b"data: 1\n\n")

    run(scenario())


@pytest.mark.parametrize(
    ("method", "answer", "expected"),
    [
        (b"HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "5"),
        (b"HEAD", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", None),
        (b"GET", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "5"),
        (b"GET", b"HTTP/1.1 204 No Content\r\n\r\n", None),
        (b"GET", b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", None),
    ],
)
def test_answers_without_a_body(method: bytes, answer: bytes, expected: str | None) -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            client = await answered(gateway, GET.replace(b"GET", method), answer)
            head = await client.answer_head()
            assert head.header("content-length") == expected
            assert head.header("transfer-encoding") is None
            # Nothing may follow the head: the next answer begins at once, on the same connection.
            client.send(GET)
            upstream = gateway.upstream.accepted[0]
            await upstream.request()
            upstream.send(OK)
            assert (await client.answer()).body == b"ok"

    run(scenario())


def test_body_after_204_never_becomes_the_next_answer() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            poison = b"HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nX"
            client = await answered(gateway, GET, poison)
            assert (await client.answer_head()).status == 204
            client.send(GET)
            upstream = await gateway.upstream.accept()
            await upstream.request()
            upstream.send(OK)
            assert (await client.answer()).body == b"ok"

    run(scenario())


def test_bytes_on_an_idle_upstream_connection_close_it() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            client = await answered(gateway, GET, OK)
            await client.answer()
            idle = gateway.upstream.accepted[0]
            idle.send(OK)
            await idle.ended()
            client.send(GET)
            upstream = await gateway.upstream.accept()
            await upstream.request()

    run(scenario())


def test_interim_answers_are_swallowed() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
            client = await answered(gateway, GET, hints + b"HTTP/1.1 100 Continue\r\n\r\n")
            gateway.upstream.accepted[0].send(hints + OK)
            answer = await client.answer()
            assert (answer.status, answer.header("link"), answer.body) == (200, None, b"ok")

    run(scenario())


def test_answer_that_ends_by_closing_is_whole() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            client = await answered(gateway, GET, b"HTTP/1.1 200 OK\r\n\r\npart")
            answer = await client.answer_head()
            assert await client.chunk() == b"part"
            gateway.upstream.accepted[0].close()
            assert await client.chunk() == b""
            assert answer.header("transfer-encoding") == "chunked"
            assert await gateway.ending() is Ending.COMPLETE

    run(scenario())


def test_compressed_answers_pass_byte_by_byte() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            packed = gzip.compress(b"hello " * 100)
            head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
            request = GET.replace(b"\r\n\r\n", b"\r\nAccept-Encoding: gzip\r\n\r\n")
            client = await answered(gateway, request, head % len(packed) + packed)
            answer = await client.answer()
            assert (answer.header("content-encoding"), answer.body) == ("gzip", packed)

    run(scenario())


def test_http_1_0_client_gets_a_stream_that_ends_by_closing() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            client = await answered(gateway, b"GET / HTTP/1.0\r\n\r\n", SSE)
            upstream = gateway.upstream.accepted[0]
            upstream.send(chunked(b"data: 1\n\n"))
            answer = await client.answer_head()
            assert answer.header("transfer-encoding") is None
            assert answer.header("connection") == "close"
            upstream.send(chunked(b"data: 2\n\n", b""))
            assert await client.ended() == b"data: 1\n\ndata: 2\n\n"

    run(scenario())


def test_http_1_0_client_may_keep_its_connection() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            request = b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
            client = await answered(gateway, request, OK)
            assert (await client.answer()).header("connection") == "keep-alive"
            client.send(request)
            await gateway.upstream.accepted[0].request()

    run(scenario())


def test_upstream_that_answers_early_is_heard_and_not_reused() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            client = await gateway.connect()
            client.send(b"POST /p HTTP/1.1\r\nHost: gw\r\nContent-Length: 4\r\n\r\nab")
            upstream = await gateway.upstream.accept()
            await upstream.head()
            upstream.send(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")
            assert (await client.answer()).status == 413
            await upstream.ended()
            client.send(b"cd" + GET)
            second = await gateway.upstream.accept()
            await second.request()

    run(scenario())
