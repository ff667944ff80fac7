"""What happened during a call that telemetry and traces want to know; collected in `Context.facts`.

Elements and expressions append facts; nobody in the core reads them.
"""

from __future__ import annotations

import msgspec


class TraceMessage(msgspec.Struct, frozen=True):
    """An expression called `context.Trace(message)` (apim.md 8.2)."""

    message: str
