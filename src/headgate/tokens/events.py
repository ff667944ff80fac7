"""Server-sent events as bytes: what they carry (WHATWG HTML 9.2). Line ends are LF or CRLF."""

from __future__ import annotations


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
