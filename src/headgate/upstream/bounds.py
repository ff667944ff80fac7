"""How much a peer may send, hold and delay; the settings loader maps `headgate.toml` onto these.

Everything that a peer can grow has a bound here (design: security, HTTP).
"""

from __future__ import annotations

import msgspec

KIB = 1024
MIB = 1024 * KIB


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """Sizes in bytes, except where a field counts something else."""

    head: int = 64 * KIB
    """Request line or status line and all headers, of either peer."""
    headers: int = 128
    """Number of header lines."""
    window: int = 64 * KIB
    """What one connection holds for a slow peer before its other side stops being read."""
    body_buffered: int = 32 * MIB
    """A body that a policy reads, or that is kept to be sent again."""
    body_streamed: int = 1024 * MIB
    """A request body that only passes."""
    body_dropped: int = 256 * KIB
    """The rest of a request body that is read and dropped so that the connection can be kept."""
    buffered_total: int = 512 * MIB
    """All bodies that the process holds at one time."""
    pipelined: int = 16
    """Number of requests that wait behind the one that is being answered."""
    connections: int = 10_000
    """Number of client connections; more are closed as they come."""
    idle_per_origin: int = 256
    """Number of unused connections kept for one upstream."""
    redirects: int = 5
    """Number of redirects that one forward follows."""


class Timeouts(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds. Looked after by a sweep, so that each may run out up to one `sweep` late."""

    sweep: float = 1.0
    """Between two looks at all connections."""
    head: float = 15.0
    """From the first byte of a request to the end of its head."""
    body: float = 60.0
    """Between two reads of a request body."""
    idle: float = 75.0
    """A client connection without a request."""
    stalled: float = 60.0
    """A client that does not read its answer."""
    linger: float = 2.0
    """A client that still sends after its last answer."""
    connect: float = 10.0
    """Name resolution, TCP and TLS together, of an upstream connection."""
    tls_handshake: float = 10.0
    """TLS handshake, on either side."""
    answer_gap: float = 300.0
    """Between two reads of an upstream's answer."""
    call: float = 3600.0
    """A whole call, from its head to the last byte of the answer."""
    upstream_idle: float = 50.0
    """An unused upstream connection; below the minute after which most servers close theirs."""
    stale: float = 2.0
    """A reused connection that closes this soon after a request was closing already."""
    sleep: float = 60.0
    """The longest wait that a policy may ask for at a time."""
