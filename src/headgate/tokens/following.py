"""What follows an answer on its way to the client: chosen by how it comes."""

from __future__ import annotations

from headgate.tokens.array import ArrayTap
from headgate.tokens.inflate import InflatingTap
from headgate.tokens.request import LlmRequest
from headgate.tokens.stream import StreamTap


def tap_for(
    request: LlmRequest, content_type: bytes, *, encoding: bytes, hide_usage: bool
) -> StreamTap | InflatingTap | None:
    """Return the tap of a streamed answer, by two of its headers; None if it is not a stream."""
    kind = content_type.partition(b";")[0].strip().lower()
    dialect = request.dialect
    tap: StreamTap
    if kind == b"text/event-stream":
        tap = StreamTap(dialect, hide_usage=hide_usage)
    elif dialect.array_stream and request.stream and kind == b"application/json":
        tap = ArrayTap(dialect)
    else:
        return None
    plain = encoding.strip().lower() in (b"", b"identity")
    return tap if plain else InflatingTap(tap, encoding)
