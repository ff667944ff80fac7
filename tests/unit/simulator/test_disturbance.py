from __future__ import annotations

import gzip
import zlib

import pytest

from headgate.simulator.disturbance import disturb
from headgate.simulator.faults import Fault
from headgate.simulator.reply import Ending, Reply, document, stream


def streamed(token_steps: int) -> Reply:
    steps = [(b"data: %d\n\n" % number, 1) for number in range(token_steps)]
    return stream(iter([*steps, (b"data: [DONE]\n\n", 0)]), token_steps=token_steps)


def disturbed(reply: Reply, *faults: Fault) -> Reply:
    disturb(reply, frozenset(faults), slow_head_ms=1500)
    return reply


def test_without_faults_nothing_changes() -> None:
    reply = disturbed(streamed(2))
    assert len(list(reply.steps)) == 3
    assert (reply.ending, reply.head_pause, reply.has_head) == (Ending.WHOLE, 0, True)


@pytest.mark.parametrize(
    ("fault", "ending"),
    [(Fault.RESET_MID_STREAM, Ending.RESET), (Fault.STALL, Ending.SILENCE)],
)
@pytest.mark.parametrize(("tokens", "kept"), [(0, 1), (1, 1), (2, 1), (5, 2), (10, 5)])
def test_stream_is_cut_in_the_middle(fault: Fault, ending: Ending, tokens: int, kept: int) -> None:
    reply = disturbed(streamed(tokens), fault)
    assert len(list(reply.steps)) == kept
    assert reply.ending is ending


def test_cut_document_keeps_its_length_and_counts_no_tokens() -> None:
    reply = disturbed(document(b"0123456789", [], tokens=4), Fault.RESET_MID_STREAM)
    assert reply.length == 10
    assert list(reply.steps) == [(b"01234", 0)]


def test_reset_before_the_head_sends_nothing() -> None:
    reply = disturbed(streamed(2), Fault.RESET_BEFORE_HEAD)
    assert (reply.has_head, reply.ending) == (False, Ending.RESET)


def test_slow_head_pauses_after_the_status_line() -> None:
    assert disturbed(streamed(1), Fault.SLOW_HEAD).head_pause == 1.5


def test_close_delimited_document_has_no_length() -> None:
    reply = disturbed(document(b"{}", []), Fault.CLOSE_DELIMITED)
    assert (reply.length, reply.close_delimited) == (None, True)


def test_compressed_document_has_the_length_of_what_is_sent() -> None:
    reply = disturbed(document(b"{}" * 100, [], tokens=4), Fault.GZIP)
    [(body, tokens)] = reply.steps
    assert (gzip.decompress(body), tokens) == (b"{}" * 100, 4)
    assert reply.length == len(body)
    assert ("content-encoding", "gzip") in reply.headers


def test_each_compressed_step_can_be_read_when_it_comes() -> None:
    reply = disturbed(streamed(3), Fault.GZIP)
    inflate = zlib.decompressobj(wbits=31)
    read = [inflate.decompress(data) for data, _ in reply.steps]
    assert read == [b"data: 0\n\n", b"data: 1\n\n", b"data: 2\n\n", b"data: [DONE]\n\n", b""]
    assert inflate.eof


def test_compressed_and_cut_stream_has_no_end() -> None:
    reply = disturbed(streamed(4), Fault.GZIP, Fault.STALL)
    inflate = zlib.decompressobj(wbits=31)
    read = b"".join(inflate.decompress(data) for data, _ in reply.steps)
    assert read == b"data: 0\n\ndata: 1\n\n"
    assert not inflate.eof
