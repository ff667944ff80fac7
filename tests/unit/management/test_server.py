"""The management port on a loopback socket."""

from __future__ import annotations

import asyncio
import signal
import ssl
from pathlib import Path

import pytest
import trustme

from headgate.management.server import ManagementServer
from headgate.stores.memory import MemoryCounterStore
from headgate.testing.virtual_clock import VirtualClock


async def fetch(port: int, path: str, tls: ssl.SSLContext | None = None) -> bytes:
    reader, writer = await asyncio.open_connection("localhost", port, ssl=tls)
    writer.write(b"GET %b HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\n\r\n" % path.encode())
    answer = await reader.read(-1)
    writer.close()
    return answer


def test_serves_until_stopped_and_leaves_signals_alone() -> None:
    async def scenario() -> None:
        before = signal.getsignal(signal.SIGTERM)
        server = ManagementServer(
            host="127.0.0.1", port=0, ready=lambda: True, metrics=lambda: b"calls 1\n"
        )
        await server.start()
        assert signal.getsignal(signal.SIGTERM) is before
        answer = await fetch(server.port, "/metrics")
        assert answer.startswith(b"HTTP/1.1 200")
        assert answer.endswith(b"calls 1\n")
        port = server.port
        await server.stop()
        with pytest.raises(OSError):
            await fetch(port, "/metrics")

    asyncio.run(scenario())


def test_serves_the_counters_of_a_store_if_it_is_given_one() -> None:
    async def scenario() -> None:
        for store, status in ((MemoryCounterStore(VirtualClock()), b"200"), (None, b"404")):
            server = ManagementServer(
                host="127.0.0.1", port=0, ready=lambda: True, metrics=lambda: b""
            )
            if store is not None:
                server.offer_counters(store)
            await server.start()
            answer = await fetch(server.port, "/counters")
            assert answer.startswith(b"HTTP/1.1 " + status)
            await server.stop()

    asyncio.run(scenario())


def test_port_in_use_raises() -> None:
    async def scenario() -> None:
        first = ManagementServer(host="127.0.0.1", port=0, ready=lambda: True, metrics=lambda: b"")
        await first.start()
        second = ManagementServer(
            host="127.0.0.1", port=first.port, ready=lambda: True, metrics=lambda: b""
        )
        with pytest.raises(OSError):
            await second.start()
        await first.stop()

    asyncio.run(scenario())


def test_speaks_tls_with_a_certificate(tmp_path: Path) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("localhost")
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_bytes(b"".join(part.bytes() for part in issued.cert_chain_pems))
    key.write_bytes(issued.private_key_pem.bytes())
    client = ssl.create_default_context()
    authority.configure_trust(client)

    async def scenario() -> None:
        server = ManagementServer(
            host="127.0.0.1",
            port=0,
            ready=lambda: True,
            metrics=lambda: b"",
            certificate=str(chain),
            key=str(key),
        )
        await server.start()
        assert (await fetch(server.port, "/healthz", client)).startswith(b"HTTP/1.1 200")
        await server.stop()

    asyncio.run(scenario())
