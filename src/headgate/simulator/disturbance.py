"""Faults of the transport, put on a good answer."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from itertools import islice

from headgate.simulator.faults import Fault
from headgate.simulator.reply import Ending, Reply, Step

_LEVEL = 1
_GZIP_FORMAT = 16 + zlib.MAX_WBITS


def disturb(reply: Reply, faults: frozenset[Fault], *, slow_head_ms: float) -> None:
    """Change an answer so that it shows the faults; those about status and usage are not here."""
    if Fault.SLOW_HEAD in faults:
        reply.head_pause = slow_head_ms / 1000
    if Fault.GZIP in faults:
        _compress(reply)
    if Fault.STALL in faults:
        _cut(reply, Ending.SILENCE)
    if Fault.RESET_MID_STREAM in faults:
        _cut(reply, Ending.RESET)
    if Fault.RESET_BEFORE_HEAD in faults:
        reply.has_head = False
        reply.ending = Ending.RESET
    if Fault.CLOSE_DELIMITED in faults:
        reply.close_delimited = True
        reply.length = None


def _compress(reply: Reply) -> None:
    reply.headers.append(("content-encoding", "gzip"))
    if reply.length is None:
        reply.steps = _compressed(reply.steps)
        return
    [(body, tokens)] = reply.steps
    body = gzip.compress(body, compresslevel=_LEVEL, mtime=0)
    reply.steps = iter([(body, tokens)])
    reply.length = len(body)


def _compressed(steps: Iterator[Step]) -> Iterator[Step]:
    """Compress a stream so that each step can be read as soon as it arrives."""
    compressor = zlib.compressobj(level=_LEVEL, wbits=_GZIP_FORMAT)
    for data, tokens in steps:
        yield compressor.compress(data) + compressor.flush(zlib.Z_SYNC_FLUSH), tokens
    yield compressor.flush(), 0


def _cut(reply: Reply, ending: Ending) -> None:
    """Keep the first half: of the token steps of a stream, one at least, or of a document."""
    reply.ending = ending
    if reply.length is None:
        reply.steps = islice(reply.steps, max(1, reply.token_steps // 2))
        return
    [(body, _)] = reply.steps
    # Half a document is no answer, so none of its tokens count as sent.
    reply.steps = iter([(body[: len(body) // 2], 0)])
