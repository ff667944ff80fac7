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
from headgate.identity.openid import OpenIdProviders
from headgate.limits.operations import Decision, Done, Operation, Progress, Seen
from headgate.stores.cache import MemoryCache
from headgate.stores.similar import SimilarAnswers
from headgate.upstream.bounds import Timeouts
from tests.unit.gateway.conftest import Adapters, StillClock


class Notes(Adapters):
    """Counters that note what they are told."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []

    def apply(self, operation: Operation) -> Decision:
        self.operations.append(operation)
        return Done()


class Streaming:
    """A client connection on which an answer streams, or none does."""

    def __init__(self, seen: Seen | None) -> None:
        self.seen = seen

    def sweep(self, now: float) -> None:
        """Nothing is too old."""

    def progress(self) -> Seen | None:
        """Return what has passed."""
        return self.seen


def make(listening: Listening, adapters: Adapters | None = None) -> GatewayServer:
    adapters = adapters or Adapters()
    return GatewayServer(
        listening=listening,
        services=Services(
            store=adapters,
            counter=adapters,
            tokens=adapters,
            openid=OpenIdProviders(StillClock()),
            cache=MemoryCache(StillClock()),
            similar=SimilarAnswers(StillClock()),
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


@pytest.mark.parametrize(
    ("streams", "told"),
    [
        ([], []),
        ([None, None], []),
        ([Seen("a", 3), None, Seen("b", 1, 20)], [Seen("a", 3), Seen("b", 1, 20)]),
    ],
)
def test_each_sweep_tells_the_counters_of_all_streams_at_once(
    streams: list[Seen | None], told: list[Seen]
) -> None:
    async def scenario() -> None:
        notes = Notes()
        server = make(Listening(port=0, timeouts=Timeouts(sweep=1000.0)), notes)
        await server.start()
        assert notes.operations == []
        connections = dict.fromkeys(map(Streaming, streams))
        server._plane.connections.update(connections)  # type: ignore[arg-type]  # what is swept
        server._sweep()
        assert {
            seen for one in notes.operations if isinstance(one, Progress) for seen in one.seen
        } == set(told)
        assert len(notes.operations) == (1 if told else 0)
        server._plane.connections.clear()
        await server.drain(1.0)

    asyncio.run(scenario())
