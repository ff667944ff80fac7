"""The log: what policies trace, and what went wrong on the gateway's side, as lines of JSON.

Prompts, keys and tokens are never logged (design: security): a trace holds what the policy wrote.
"""

from __future__ import annotations

import logging
import sys

import orjson

from headgate.exchange.call import Call
from headgate.model.clock import SECOND
from headgate.model.facts import BreakerTurned, CacheAsked, TraceEntry, TraceMessage
from headgate.model.unicode import encodable

TRACES = logging.getLogger("headgate.trace")
CALLS = logging.getLogger("headgate.call")
BACKENDS = logging.getLogger("headgate.backends")
CACHE = logging.getLogger("headgate.cache")
LEVELS = {"verbose": logging.DEBUG, "information": logging.INFO, "error": logging.ERROR}
"""Severities of the trace policy (apim.md 9.9)."""

TEXT_MAX = 8192
"""Characters of one text; expressions may build any length."""


class Pace:
    """Lets one line a second pass, and counts the others."""

    __slots__ = ("_next", "held_back")

    def __init__(self) -> None:
        self._next: int | None = None
        self.held_back = 0

    def passes(self, now: int) -> bool:
        """Tell whether a line may be written; `now` is monotonic, in microseconds."""
        if self._next is not None and now < self._next:
            self.held_back += 1
            return False
        self._next = now + SECOND
        return True


_FULL = Pace()
"""Whoever makes up keys until there is no room for them shall not fill the log as well."""

_LOOKUPS = Pace()
"""An embeddings backend that is down fails every lookup."""


def configure(level: str) -> None:
    """Send log records of a level and above to standard error."""
    logging.basicConfig(
        level=level.upper(),
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )


def log_traces(call: Call) -> None:
    """Log what policies traced during a call."""
    for fact in call.context.facts:
        if type(fact) is TraceEntry:
            level = LEVELS.get(fact.severity, logging.INFO)
            if TRACES.isEnabledFor(level):
                TRACES.log(
                    level,
                    "%s",
                    _line(call, fact.source, message=fact.message, metadata=fact.metadata),
                )
        elif type(fact) is TraceMessage and TRACES.isEnabledFor(logging.INFO):
            TRACES.info("%s", _line(call, "context.Trace", message=fact.message, metadata=()))
        elif type(fact) is BreakerTurned:
            _log_breaker(fact)
        elif type(fact) is CacheAsked and fact.outcome == "failed":
            _log_lookup(call, fact)


def _log_breaker(turned: BreakerTurned) -> None:
    if turned.opened_for:
        seconds = turned.opened_for / SECOND
        BACKENDS.warning("the circuit breaker of %s opened for %g s", turned.backend, seconds)
    else:
        BACKENDS.warning("the circuit breaker of %s closed", turned.backend)


def _log_lookup(call: Call, asked: CacheAsked) -> None:
    if _LOOKUPS.passes(call.context.clock.monotonic()):
        alike, _LOOKUPS.held_back = _LOOKUPS.held_back, 0
        metadata = (("alike", str(alike)),) if alike else ()
        CACHE.warning("%s", _line(call, asked.element, message=asked.detail, metadata=metadata))


def log_failure(call: Call) -> None:
    """Log what made a call a 5xx: its caller is told little, so the operator has to be told."""
    error, response = call.context.last_error, call.context.response
    if error is None or response is None or response.status < 500:
        return
    full = error.reason == "CountersFull"
    if full and not _FULL.passes(call.context.clock.monotonic()):
        return
    told: dict[str, object] = {
        "request": call.context.request_id,
        "status": response.status,
        "source": error.source,
        "reason": error.reason,
        "message": shown(error.message),
        "where": " ".join(filter(None, (error.scope, error.section, error.path))),
    }
    if full and _FULL.held_back:
        told["alike"], _FULL.held_back = _FULL.held_back, 0
    CALLS.warning("%s", orjson.dumps(told).decode())


def _line(call: Call, source: str, *, message: str, metadata: tuple[tuple[str, str], ...]) -> str:
    return orjson.dumps(
        {
            "request": call.context.request_id,
            "source": shown(source),
            "message": shown(message),
            "metadata": {shown(name): shown(value) for name, value in metadata},
        }
    ).decode()


def shown(text: str) -> str:
    """Return what a log may hold of a text that an expression made."""
    return encodable(text[:TEXT_MAX])
