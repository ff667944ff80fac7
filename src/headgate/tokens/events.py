"""Server-sent events as bytes: what they carry (WHATWG HTML 9.2). Line ends are LF or CRLF."""

from __future__ import annotations

import msgspec


def normalise(stream: bytes) -> bytes:
    """Return the bytes of a stream with LF as the only line end."""
    return stream.replace(b"\r\n", b"\n") if b"\r" in stream else stream


def payload(event: bytes) -> bytes:
    """Return the data of one event whose lines end in LF: its data lines joined, without others."""
    if event.startswith(b"data: ") and b"\n" not in event:
        return event[6:]
    data: list[bytes] = []
    for line in event.split(b"\n"):
        if line.startswith(b"data:"):
            data.append(line[6:] if line[5:6] == b" " else line[5:])
    return b"\n".join(data)


def event(content: object, *, name: str = "", end: bytes = b"\n") -> bytes:
    """Return one event that carries a JSON value, with its `event` line if it has a name."""
    named = b"event: " + name.encode() + end if name else b""
    return named + b"data: " + msgspec.json.encode(content) + end + end
