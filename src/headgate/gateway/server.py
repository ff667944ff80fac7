"""The data plane server: listens, sweeps once a second, swaps snapshots, drains."""

from __future__ import annotations

import asyncio
import ssl

import msgspec

from headgate.exchange.snapshot import Snapshot
from headgate.gateway.client import ClientConnection
from headgate.gateway.plane import Plane, Services
from headgate.limits.operations import Progress
from headgate.upstream.bounds import Bounds, Timeouts
from headgate.upstream.pool import EgressGuard, OpenEgress, Pool
from headgate.upstream.tls import TlsContexts


class Listening(msgspec.Struct, frozen=True, kw_only=True):
    """Where the data plane listens, and what it allows."""

    host: str = "127.0.0.1"
    port: int = 8080
    """0: any free one."""
    certificate: str | None = None
    """PEM files; both or neither. With them the port speaks TLS only."""
    key: str | None = None
    share_port: bool = False
    """Whether several processes listen on the port (`--workers`)."""
    authorities: str | None = None
    """PEM file of certificate authorities that upstreams may have, besides the system's."""
    bounds: Bounds = Bounds()
    timeouts: Timeouts = Timeouts()


def server_context(certificate: str, key: str | None) -> ssl.SSLContext:
    """Return the TLS context of a port. Raises OSError or ssl.SSLError for unusable files."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    context.set_alpn_protocols(["http/1.1"])
    return context


class GatewayServer:
    """One data plane in the running loop."""

    def __init__(
        self,
        *,
        listening: Listening,
        services: Services,
        snapshot: Snapshot,
        guard: EgressGuard | None = None,
    ) -> None:
        loop = asyncio.get_running_loop()
        self._listening = listening
        self._loop = loop
        self._pool = Pool(
            bounds=listening.bounds,
            timeouts=listening.timeouts,
            tls=TlsContexts(listening.authorities),
            guard=guard or OpenEgress(),
            loop=loop,
        )
        secure = listening.certificate is not None
        self._plane = Plane(services, snapshot, pool=self._pool, loop=loop, secure=secure)
        self._server: asyncio.Server | None = None
        self._sweeper: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """Listen. Raises OSError when the port cannot be had or a certificate is unusable."""
        listening = self._listening
        context = None
        if listening.certificate is not None:
            context = server_context(listening.certificate, listening.key)
        self._server = await self._loop.create_server(
            lambda: ClientConnection(self._plane),
            listening.host,
            listening.port,
            backlog=1024,
            reuse_port=listening.share_port or None,
            ssl=context,
            ssl_handshake_timeout=listening.timeouts.tls_handshake if context else None,
        )
        self._sweep()

    @property
    def port(self) -> int:
        """Return the port that is listened on."""
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def open_connections(self) -> int:
        """Return the number of client connections."""
        return len(self._plane.connections)

    @property
    def buffered_bytes(self) -> int:
        """Return how many bytes of bodies are held."""
        return self._plane.budget.held

    @property
    def draining(self) -> bool:
        """Whether the server accepts no connections any more."""
        return self._plane.draining

    def swap(self, snapshot: Snapshot) -> None:
        """Serve new calls with another snapshot; calls in flight keep theirs."""
        self._plane.snapshot = snapshot

    async def drain(self, seconds: float) -> None:
        """Accept nothing, finish what is on its way within `seconds`, then close."""
        plane = self._plane
        plane.draining = True
        if self._server is not None:
            self._server.close()
        for connection in list(plane.connections):
            connection.drain()
        try:
            async with asyncio.timeout(seconds):
                await self._wait_until_empty()
        except TimeoutError:
            for connection in list(plane.connections):
                connection.cut()
                # Its upstream hears of it when the loop comes round, and sends on until then.
                await asyncio.sleep(0)
            await self._wait_until_empty()
        self._pool.close()
        if self._sweeper is not None:
            self._sweeper.cancel()

    async def _wait_until_empty(self) -> None:
        while self._plane.connections:
            self._plane.emptied.clear()
            await self._plane.emptied.wait()

    def _sweep(self) -> None:
        now = self._loop.time()
        for connection in list(self._plane.connections):
            connection.sweep(now)
        self._report_progress()
        self._pool.sweep(now)
        self._sweeper = self._loop.call_later(self._listening.timeouts.sweep, self._sweep)

    def _report_progress(self) -> None:
        """Let what passed of all streams move from held to used (design: limits, section 2)."""
        connections = self._plane.connections
        seen = [found for one in connections if (found := one.progress()) is not None]
        if seen:
            self._plane.services.store.apply(Progress(tuple(seen)))
