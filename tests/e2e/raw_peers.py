"""Hand-written peers for the data plane: what a well-behaved library would never send."""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec
import uvloop

from headgate.exchange.call import Call, Ending
from headgate.gateway.plane import Exchange, Services
from headgate.gateway.server import GatewayServer, Listening
from headgate.identity.openid import OpenIdProviders
from headgate.limits.operations import Decision, Operation
from headgate.model.clock import Micros, MonotonicMicros
from headgate.model.context import Context
from headgate.model.entities import Backend, Deployment
from headgate.model.messages import Body, Headers, Response, Url
from headgate.policy.effects import (
    Forward,
    ForwardFailed,
    ReadRequestBody,
    ReadResponseBody,
    Steps,
    TokenFailed,
)
from headgate.stores.cache import MemoryCache
from headgate.stores.similar import SimilarAnswers
from headgate.tokens.request import PromptParts
from headgate.upstream.bounds import Bounds, Timeouts

LIMIT = 1024 * 1024
QUICK = Timeouts(sweep=0.02)

Respond = Callable[[Call], Steps[None]]


def run(scenario: Coroutine[Any, Any, None]) -> None:
    """Run a scenario on uvloop; none may take longer than 20 seconds."""

    async def bounded() -> None:
        async with asyncio.timeout(20):
            await scenario

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(bounded())


class Answer(msgspec.Struct):
    """An answer as it came off the wire."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Return the one value of a header."""
        values = [value for key, value in self.headers if key == name]
        assert len(values) < 2
        return values[0] if values else None


class Peer:
    """One end of a connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def send(self, data: bytes) -> None:
        """Write; what is not taken waits in the transport."""
        self.writer.write(data)

    async def head(self) -> tuple[str, list[tuple[str, str]]]:
        """Read a head: its first line and its headers, names in lower case."""
        block = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = block[:-4].split("\r\n")
        pairs = [line.split(":", 1) for line in lines]
        return first, [(name.lower(), value.strip()) for name, value in pairs]

    async def chunk(self) -> bytes:
        """Read one chunk; the last one is empty."""
        size = int(await self.reader.readuntil(b"\r\n"), 16)
        data = await self.reader.readexactly(size + 2)
        assert data.endswith(b"\r\n")
        return data[:-2]

    async def body(self, headers: list[tuple[str, str]]) -> bytes:
        """Read the body that the headers announce."""
        fields = dict(headers)
        if "content-length" in fields:
            return await self.reader.readexactly(int(fields["content-length"]))
        if fields.get("transfer-encoding") == "chunked":
            parts = []
            while part := await self.chunk():
                parts.append(part)
            return b"".join(parts)
        return b""

    async def request(self) -> tuple[str, dict[str, str], bytes]:
        """Read a whole request."""
        line, headers = await self.head()
        return line, dict(headers), await self.body(headers)

    async def answer_head(self) -> Answer:
        """Read the head of an answer."""
        line, headers = await self.head()
        version, status, _ = line.split(" ", 2)
        assert version == "HTTP/1.1"
        return Answer(int(status), headers)

    async def answer(self) -> Answer:
        """Read a whole answer."""
        answer = await self.answer_head()
        answer.body = await self.body(answer.headers)
        return answer

    async def ended(self) -> bytes:
        """Wait until the other side has closed; return what came before, even a reset."""
        try:
            return await self.reader.read(-1)
        except ConnectionResetError:
            return b"reset"

    def close(self) -> None:
        """Close."""
        self.writer.close()

    def reset(self) -> None:
        """Close at once."""
        self.writer.transport.abort()

    async def gone(self) -> None:
        """Close at once and wait until that has happened."""
        self.reset()
        with suppress(ConnectionError):
            await self.writer.wait_closed()


class Upstream:
    """A server that does what the test says."""

    def __init__(self) -> None:
        self.peers: asyncio.Queue[Peer] = asyncio.Queue()
        self.accepted: list[Peer] = []
        self.port = 0

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hand a connection to the test."""
        peer = Peer(reader, writer)
        self.accepted.append(peer)
        self.peers.put_nowait(peer)

    async def accept(self) -> Peer:
        """Return the next connection."""
        return await self.peers.get()


class SteadyClock:
    """A clock that stands still."""

    def now(self) -> Micros:
        """Return a constant."""
        return Micros(1_700_000_000_000_000)

    def monotonic(self) -> MonotonicMicros:
        """Return a constant."""
        return MonotonicMicros(0)


class Adapters:
    """Store, counter and tokens of a rig."""

    def __init__(self) -> None:
        self.fetched = asyncio.Event()

    def apply(self, operation: Operation) -> Decision:
        """Refuse: no scenario needs a store."""
        raise AssertionError(operation)

    def count(self, text: PromptParts | str, model: str) -> int:
        """Count characters."""
        return len(text) if isinstance(text, str) else 0

    def held(self, resource: str, client_id: str | None) -> str | None:
        """Hold the token of one resource."""
        return "held" if resource == "held" else None

    async def fetch(self, resource: str, client_id: str | None) -> str | TokenFailed:
        """Fetch when the test says so."""
        await self.fetched.wait()
        return TokenFailed("no") if resource == "bad" else "fetched"


class Rig:
    """A gateway in front of one upstream."""

    def __init__(self, upstream: Upstream, respond: Respond) -> None:
        self.upstream = upstream
        self.respond = respond
        self.adapters = Adapters()
        self.endings: asyncio.Queue[Ending] = asyncio.Queue()
        self.facts: list[Call] = []
        self.clients: list[Peer] = []
        self.scheme = "http"
        self.backend: Backend | None = None
        self.server: GatewayServer

    def begin(self, snapshot: object, request: Any, **facts: Any) -> Call:
        """Aim every call at the upstream."""
        context = Context(
            request,
            clock=facts["clock"],
            request_id=facts["request_id"],
            deployment=Deployment(),
            entropy=facts["entropy"],
        )
        context.base = Url(self.scheme, "127.0.0.1", self.upstream.port, "/", "")
        context.backend = self.backend
        return Call(context, snapshot)  # type: ignore[arg-type]  # no scenario reads the snapshot

    def conclude(self, call: Call, ending: Ending) -> Steps[None]:
        """Note the ending."""
        self.endings.put_nowait(ending)
        yield from ()

    async def connect(self, tls: ssl.SSLContext | None = None) -> Peer:
        """Return a client."""
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self.server.port, limit=LIMIT, ssl=tls
        )
        client = Peer(reader, writer)
        self.clients.append(client)
        return client

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition; the scenario's time bound ends a wait in vain."""
        while not condition():  # noqa: ASYNC110 what is looked at has no event
            await asyncio.sleep(0.001)

    async def ending(self) -> Ending:
        """Wait until a call has been concluded."""
        return await self.endings.get()


def failed_response(failed: ForwardFailed) -> Response:
    """Return what the exchange makes of a failure, roughly."""
    status = 504 if failed.kind == "timeout" else 502
    return Response(status, "Failed", Headers(), Body(f"{failed.kind}: {failed.message}".encode()))


def forward(call: Call) -> Steps[None]:
    """Send the request on."""
    failed = yield from Forward(10_000_000)
    if failed is not None:
        call.context.response = failed_response(failed)


@asynccontextmanager
async def rig(
    respond: Respond = forward,
    *,
    bounds: Bounds | None = None,
    timeouts: Timeouts = QUICK,
    certificate: tuple[str, str] | None = None,
    authorities: str | None = None,
    upstream_tls: ssl.SSLContext | None = None,
) -> AsyncIterator[Rig]:
    """Run a gateway and its upstream."""
    upstream = Upstream()
    origin = await asyncio.start_server(
        upstream.take, "127.0.0.1", 0, limit=LIMIT, ssl=upstream_tls
    )
    upstream.port = origin.sockets[0].getsockname()[1]
    made = Rig(upstream, respond)
    if upstream_tls is not None:
        made.scheme = "https"
    services = Services(
        store=made.adapters,
        counter=made.adapters,
        tokens=made.adapters,
        openid=OpenIdProviders(SteadyClock()),
        cache=MemoryCache(SteadyClock()),
        similar=SimilarAnswers(SteadyClock()),
        clock=SteadyClock(),
        entropy=random.Random(1),
        on_facts=made.facts.append,
        exchange=Exchange(made.begin, respond, made.conclude),
    )
    made.server = GatewayServer(
        listening=Listening(
            port=0,
            bounds=bounds or Bounds(),
            timeouts=timeouts,
            certificate=certificate[0] if certificate else None,
            key=certificate[1] if certificate else None,
            authorities=authorities,
        ),
        services=services,
        snapshot=None,  # type: ignore[arg-type]  # no scenario reads the snapshot
    )
    await made.server.start()
    try:
        yield made
    finally:
        await made.server.drain(0.0)
        origin.close()
        for peer in (*made.clients, *upstream.accepted):
            await peer.gone()


GET = b"GET /a HTTP/1.1\r\nHost: gw\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
SSE = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
HEAD = b"POST /p HTTP/1.1\r\nHost: a\r\n"
KIB = 1024


def post(body: bytes, *headers: bytes) -> bytes:
    """Return a request with a body."""
    lines = b"".join(line + b"\r\n" for line in headers)
    return b"POST /p HTTP/1.1\r\nHost: gw\r\n%bContent-Length: %d\r\n\r\n%b" % (
        lines,
        len(body),
        body,
    )


def chunked(*chunks: bytes) -> bytes:
    """Return chunks; an empty one ends the body."""
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)


def refuse(call: Call) -> Steps[None]:
    """Answer at once."""
    call.context.response = Response(401, "Unauthorized", Headers(), Body(b"no"))
    yield from ()


def read_both(call: Call) -> Steps[None]:
    """Forward the whole request, answer with the whole answer."""
    failed = yield from ReadRequestBody()
    if failed is not None:
        call.context.response = Response(413, "Failed", Headers(), Body(failed.kind.encode()))
        return
    yield from forward(call)
    broken = yield from ReadResponseBody()
    if broken is not None:
        call.context.response = Response(502, "Failed", Headers(), Body(broken.kind.encode()))


async def answered(gateway: Rig, request: bytes, answer: bytes) -> Peer:
    """Send a request, let the upstream answer it, return the client."""
    client = await gateway.connect()
    client.send(request)
    upstream = await gateway.upstream.accept()
    await upstream.request()
    upstream.send(answer)
    return client
