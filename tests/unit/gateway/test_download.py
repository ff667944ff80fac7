"""An answer on its way."""

from __future__ import annotations

import pytest

from headgate.gateway.budget import Budget
from headgate.gateway.download import Download
from headgate.model.messages import Body
from tests.unit.gateway.conftest import Wire


class Shout:
    """A tap."""

    ended = False

    def feed(self, chunk: bytes) -> bytes:
        return chunk.upper()

    def finish(self) -> bytes:
        return b"!"


def begun(length: bytes | None = None) -> tuple[Download, Budget]:
    budget = Budget(100)
    return Download(Body(b"first", complete=False), budget, length=length), budget


def test_first_bytes_are_held_until_they_pass() -> None:
    download, budget = begun()
    assert (budget.held, download.body.content) == (5, b"")
    assert download.begin(None, http_10=False) == (
        b"transfer-encoding: chunked\r\n",
        b"5\r\nfirst\r\n",
    )
    assert budget.held == 0
    assert download.end(None) == b"0\r\n\r\n"


@pytest.mark.parametrize("http_10", [False, True])
def test_known_length_is_kept_while_nothing_may_change_the_bytes(*, http_10: bool) -> None:
    download, _ = begun(b"9")
    expected = (b"content-length: 9\r\n", b"first")
    assert download.begin(None, http_10=http_10) == expected
    assert download.end(None) == b""


def test_tap_makes_the_length_unknown() -> None:
    download, _ = begun(b"9")
    line, first = download.begin(Shout(), http_10=False)
    assert (line, first) == (b"transfer-encoding: chunked\r\n", b"5\r\nFIRST\r\n")
    assert download.end(Shout()) == b"1\r\n!\r\n0\r\n\r\n"


def test_http_1_0_is_ended_by_closing() -> None:
    download, _ = begun()
    assert download.begin(Shout(), http_10=True) == (b"", b"FIRST")
    assert download.end(Shout()) == b"!"


def test_whole_body_stays_counted_until_it_is_discarded() -> None:
    download, budget = begun()
    download.hold(b" second")
    download.fill()
    assert (download.body.content, download.body.complete) == (b"first second", True)
    assert budget.held == 12
    download.discard()
    assert budget.held == 0


def test_quiet_time_begins_anew_with_every_byte() -> None:
    download, _ = begun()
    wire = Wire()

    def stalled(now: float, *, streams: bool = True) -> bool:
        return download.is_stalled(now, wire, streams=streams, gap=5.0)

    assert not stalled(10.0)
    assert stalled(15.0)
    wire.heard = True
    assert not stalled(20.0)
    assert not stalled(24.9)
    assert stalled(25.0)
    assert not stalled(26.0, streams=False), "nobody waits"
    assert not stalled(40.0), "and then the time begins anew"
