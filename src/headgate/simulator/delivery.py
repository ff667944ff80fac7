"""Writing one reply to a socket on time, and counting what was written."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from http import HTTPStatus

from headgate.simulator.reply import Ending, Reply

_BATCH = 64
"""Steps written at most before the loop has a turn, so that a caller's leaving is noticed."""
_RESET_AFTER = 0.005
"""Seconds between the last bytes and a reset, which may overtake them in the peer."""
_LINGER_NONE = struct.pack("ii", 1, 0)


class Delivery:
    """One reply on its way. `done` is called when it has left whole, with whether to keep alive."""

    __slots__ = (
        "_chunked",
        "_done",
        "_due",
        "_keep_alive",
        "_loop",
        "_next",
        "_paused",
        "_reply",
        "_timer",
        "_transport",
    )

    def __init__(
        self,
        reply: Reply,
        transport: asyncio.Transport,
        *,
        loop: asyncio.AbstractEventLoop,
        may_chunk: bool,
        keep_alive: bool,
        done: Callable[[bool], None],
    ) -> None:
        framed = reply.length is not None
        self._reply = reply
        self._transport = transport
        self._loop = loop
        self._chunked = not framed and may_chunk and not reply.close_delimited
        self._keep_alive = keep_alive and (framed or self._chunked)
        self._done = done
        self._next = next(reply.steps, None)
        self._paused = False
        self._due = loop.time() + reply.delay
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Send the head and the first step when they are due."""
        if self._reply.delay > 0:
            self._timer = self._loop.call_at(self._due, self._begin)
        else:
            self._begin()

    def cancel(self) -> None:
        """Stop: nobody is there to read. What was not written does not count."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._reply.entry is not None:
            self._reply.entry.end(aborted=True)

    def pause(self) -> None:
        """Write nothing more for now: the peer does not read."""
        self._paused = True

    def resume(self) -> None:
        """Go on writing."""
        self._paused = False
        if self._timer is None and self._next is not None:
            self._timer = self._loop.call_at(self._due, self._tick)

    def _begin(self) -> None:
        reply = self._reply
        if not reply.has_head:
            self._end()
            return
        if reply.entry is not None:
            reply.entry.head_sent(reply.status)
        status_line, head = self._head()
        if reply.head_pause:
            self._transport.write(status_line)
            self._due += reply.head_pause
            self._timer = self._loop.call_at(self._due, self._tick, head)
        else:
            self._tick(status_line + head)

    def _head(self) -> tuple[bytes, bytes]:
        reply = self._reply
        lines = [f"{name}: {value}\r\n" for name, value in reply.headers]
        if reply.length is not None:
            lines.append(f"content-length: {reply.length}\r\n")
        elif self._chunked:
            lines.append("transfer-encoding: chunked\r\n")
        if not self._keep_alive:
            lines.append("connection: close\r\n")
        status_line = f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}\r\n"
        return status_line.encode(), ("".join(lines) + "\r\n").encode("latin-1")

    def _tick(self, head: bytes = b"") -> None:
        """Write the steps that are due."""
        self._timer = None
        out = [head]
        tokens = 0
        now = self._loop.time()
        for _ in range(_BATCH):
            step = self._next
            if step is None:
                break
            data, count = step
            tokens += count
            out.append(b"%x\r\n%b\r\n" % (len(data), data) if self._chunked else data)
            self._next = next(self._reply.steps, None)
            self._due += self._reply.pace
            if self._due > now:
                break
        if self._next is None and self._chunked and self._reply.ending is Ending.WHOLE:
            out.append(b"0\r\n\r\n")
        self._transport.write(b"".join(out))
        if self._reply.entry is not None and tokens:
            self._reply.entry.tokens_sent(tokens)
        if self._next is None:
            self._end()
        elif not self._paused and self._timer is None:
            self._timer = self._loop.call_at(self._due, self._tick)

    def _end(self) -> None:
        ending, entry = self._reply.ending, self._reply.entry
        if ending is Ending.WHOLE:
            if entry is not None:
                entry.end(aborted=False)
            self._done(self._keep_alive)
        elif ending is Ending.RESET:
            self._timer = self._loop.call_later(_RESET_AFTER, self._reset)

    def _reset(self) -> None:
        """Close so that the peer sees a reset instead of an end."""
        self._timer = None
        sock = self._transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NONE)
        self._transport.abort()
