"""Connections to upstreams, kept per origin. The last one used is used first."""

from __future__ import annotations

import asyncio
import socket
import ssl
from typing import Literal, Protocol

from headgate.policy.effects import ForwardFailed
from headgate.upstream.attempt import Attempt, Origin
from headgate.upstream.bounds import Bounds, Timeouts
from headgate.upstream.connection import UpstreamConnection
from headgate.upstream.tls import TlsContexts


class EgressGuard(Protocol):
    """Who says where the gateway may connect to (design: security, egress)."""

    def refusal(self, host: str, address: str, *, port: int) -> str | None:
        """Return why the address that `host` resolved to may not be connected to, or None."""
        ...


class OpenEgress:
    """Lets everything pass; for tests and for backends that an operator named."""

    def refusal(self, host: str, address: str, *, port: int) -> str | None:
        """Return None."""
        return None


class DialFailed(Exception):
    """No connection could be had."""

    def __init__(self, kind: Literal["refused", "timeout", "tls", "denied"], message: str) -> None:
        super().__init__(message)
        self.failed = ForwardFailed(kind, message)


class Pool:
    """All upstream connections of a process."""

    def __init__(
        self,
        *,
        bounds: Bounds,
        timeouts: Timeouts,
        tls: TlsContexts,
        guard: EgressGuard,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.bounds = bounds
        self.timeouts = timeouts
        self.now = loop.time
        self._loop = loop
        self._tls = tls
        self._guard = guard
        self._idle: dict[Origin, list[UpstreamConnection]] = {}
        self._origins: dict[UpstreamConnection, Origin] = {}

    def send(self, attempt: Attempt) -> None:
        """Send an attempt over an idle connection, or over a fresh one once it is there."""
        idle = self._idle.get(attempt.origin)
        while idle:
            connection = idle.pop()
            transport = connection.transport
            if transport is not None and not transport.is_closing():
                connection.carry(attempt, self.now())
                return
        self.dial(attempt)

    def dial(self, attempt: Attempt) -> None:
        """Send an attempt over a fresh connection; its receiver hears of a failure."""
        attempt.dialling = self._loop.create_task(self._dial(attempt))

    async def _dial(self, attempt: Attempt) -> None:
        try:
            connection = await self._connect(attempt.origin)
        except DialFailed as error:
            attempt.detach()
            attempt.dialling = None
            attempt.receiver.on_answer_failed(error.failed)
            return
        connection.carry(attempt, self.now())
        attempt.receiver.on_attempt_ready()

    async def _connect(self, origin: Origin) -> UpstreamConnection:
        """Return a fresh connection. Raises DialFailed."""
        where = f"{origin.host}:{origin.port}"
        try:
            async with asyncio.timeout(self.timeouts.connect):
                return await self._connect_any(origin)
        except TimeoutError:
            raise DialFailed("timeout", f"Connecting to {where} took too long.") from None
        except (ssl.SSLError, ssl.CertificateError) as error:
            raise DialFailed("tls", f"TLS with {where} failed: {error}") from error
        except (OSError, UnicodeError) as error:
            raise DialFailed("refused", f"No connection to {where}: {error}") from error

    async def _connect_any(self, origin: Origin) -> UpstreamConnection:
        """Try the addresses of a host in turn. Raises OSError of the last one, DialFailed."""
        found = await self._loop.getaddrinfo(
            origin.host, origin.port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
        )
        failure: OSError | DialFailed = OSError("the name has no address")
        for _, _, _, _, address in found:
            refusal = self._guard.refusal(origin.host, str(address[0]), port=origin.port)
            if refusal is not None:
                failure = DialFailed("denied", refusal)
                continue
            try:
                return await self._connect_to(origin, str(address[0]))
            except OSError as error:
                failure = error
        raise failure

    async def _connect_to(self, origin: Origin, address: str) -> UpstreamConnection:
        secure = origin.scheme == "https"
        context = None
        if secure:
            context = self._tls.context(
                check_chain=origin.check_chain, check_name=origin.check_name
            )
        _, connection = await self._loop.create_connection(
            lambda: UpstreamConnection(self),
            address,
            origin.port,
            ssl=context,
            server_hostname=origin.host if secure else None,
            ssl_handshake_timeout=self.timeouts.tls_handshake if secure else None,
        )
        if connection.transport is None:
            raise ConnectionResetError("the connection was closed as soon as it was open")
        self._origins[connection] = origin
        return connection

    # What connections ask for.

    def give_back(self, connection: UpstreamConnection) -> None:
        """Keep a connection for the next attempt, unless enough of them are kept."""
        idle = self._idle.setdefault(self._origins[connection], [])
        if len(idle) >= self.bounds.idle_per_origin:
            connection.abort()
            return
        connection.idle_since = self.now()
        idle.append(connection)

    def forget(self, connection: UpstreamConnection) -> None:
        """Drop a connection that is closed."""
        origin = self._origins.pop(connection, None)
        idle = self._idle.get(origin) if origin is not None else None
        if idle and connection in idle:
            idle.remove(connection)

    # What the server asks for.

    @property
    def open_connections(self) -> int:
        """Return the number of connections, busy and idle."""
        return len(self._origins)

    def sweep(self, now: float) -> None:
        """Close what was unused for too long."""
        for origin, idle in list(self._idle.items()):
            while idle and now - idle[0].idle_since >= self.timeouts.upstream_idle:
                idle.pop(0).abort()
            if not idle:
                del self._idle[origin]

    def close(self) -> None:
        """Close the idle connections; busy ones end with their calls."""
        for idle in self._idle.values():
            for connection in idle:
                connection.abort()
        self._idle.clear()
