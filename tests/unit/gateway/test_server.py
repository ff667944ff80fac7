"""The server's life on loopback; calls through it: `tests/e2e`."""

from __future__ import annotations

import asyncio
import random
import ssl
from pathlib import Path

import pytest
import trustme

from headgate.gateway.plane import Services
from headgate.gateway.server import GatewayServer, Listening, server_context
from headgate.upstream.bounds import Timeouts
from tests.unit.gateway.conftest import Adapters, StillClock


def make(listening: Listening) -> GatewayServer:
    adapters = Adapters()
    return GatewayServer(
        listening=listening,
        services=Services(
            store=adapters,
            counter=adapters,
            tokens=adapters,
            clock=StillClock(),
            entropy=random.Random(1),
            on_facts=lambda call: None,
        ),
        snapshot=None,  # type: ignore[arg-type]  # no call begins
    )


def test_listens_sweeps_and_drains() -> None:
    async def scenario() -> None:
        server = make(Listening(port=0, timeouts=Timeouts(sweep=0.001, idle=0.01)))
        await server.start()
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        # The sweep closes what is idle.
        assert await reader.read() == b""
        writer.close()
        seen = [(server.draining, server.buffered_bytes)]
        await server.drain(1.0)
        assert [*seen, (server.draining, server.open_connections)] == [(False, 0), (True, 0)]

    asyncio.run(scenario())


def test_port_in_use_raises() -> None:
    async def scenario() -> None:
        first = make(Listening(port=0))
        await first.start()
        with pytest.raises(OSError):
            await make(Listening(port=first.port)).start()
        await first.drain(0.0)

    asyncio.run(scenario())


def test_unusable_certificate_raises(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        server_context(str(tmp_path / "none.pem"), None)


def test_certificate_is_for_tls_1_2_and_later(tmp_path: Path) -> None:
    issued = trustme.CA().issue_cert("gw.test")
    chain = tmp_path / "chain.pem"
    issued.private_key_and_cert_chain_pem.write_to_path(chain)
    assert server_context(str(chain), None).minimum_version == ssl.TLSVersion.TLSv1_2
