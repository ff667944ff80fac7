"""The neighbours that exist keep to the protocols: mypy checks the assignments."""

from __future__ import annotations

from headgate.gateway.client import ClientConnection
from headgate.gateway.ports import Client, Connection, Tap
from headgate.tokens.inflate import InflatingTap
from headgate.tokens.stream import StreamTap


def test_neighbours_fit() -> None:
    connection: type[Connection] = ClientConnection
    client: type[Client] = ClientConnection
    taps: list[type[Tap]] = [StreamTap, InflatingTap]
    assert [connection, client] == [ClientConnection, ClientConnection]
    assert all(hasattr(tap, "feed") for tap in taps)
