"""Which of all counters somebody asked to see: filtered, in order, page by page.

The names are a copy that the ledger gave away in one piece, so that going through a quarter of a
million of them holds nobody up.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from heapq import nsmallest
from typing import get_args

import msgspec

from headgate.limits.calendar import PERIODS, PeriodName, checked_period
from headgate.limits.operations import LOOK_MAX, CounterId, Kind
from headgate.model.clock import SECOND

KINDS: tuple[Kind, ...] = get_args(Kind)


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """What to show: of all counters whose key begins with `prefix`, those after a position."""

    kind: Kind | None = None
    extent: int | PeriodName | None = None
    """Window in microseconds or name of the period."""
    key: str | None = None
    """Only counters of exactly this key."""
    prefix: str = ""
    after: CounterId | None = None
    limit: int = LOOK_MAX

    def takes(self, counter: CounterId) -> bool:
        """Say whether a counter is asked for."""
        kind, extent, key = counter
        return (
            key.startswith(self.prefix)
            and self.kind in (None, kind)
            and self.extent in (None, extent)
            and self.key in (None, key)
            and (self.after is None or position(counter) > position(self.after))
        )


def position(counter: CounterId) -> tuple[str, str, int, str]:
    """Return what counters are ordered by: key, kind, windows before periods, by length."""
    kind, extent, key = counter
    return (key, kind, extent, "") if isinstance(extent, int) else (key, kind, 2**63, extent)


def page(
    counters: Iterable[CounterId], selection: Selection
) -> tuple[tuple[CounterId, ...], CounterId | None]:
    """Return one page and, if more is behind it, the counter to go on after."""
    chosen = nsmallest(
        selection.limit + 1, (one for one in counters if selection.takes(one)), key=position
    )
    if len(chosen) <= selection.limit:
        return tuple(chosen), None
    return tuple(chosen[:-1]), chosen[-2]


def extent_named(text: str) -> int | PeriodName:
    """Return the extent of a text: seconds of a window, or the period. Raises ValueError."""
    for period in PERIODS:
        if text.lower() == period.lower():
            return period
    if text.isascii() and text.isdecimal() and 0 < int(text) < 2**31:
        return int(text) * SECOND
    try:
        return checked_period(text)
    except ValueError:
        names = ", ".join(PERIODS)
        raise ValueError(f"neither whole seconds nor one of {names}: {text!r}") from None


def cursor(counter: CounterId) -> str:
    """Return a counter as an opaque text that fits into a URL."""
    kind, extent, key = counter
    raw = f"{kind}/{extent}/{key}".encode("utf-8", "surrogatepass")
    return urlsafe_b64encode(raw).decode()


def counter_at(cursor: str) -> CounterId:
    """Return the counter that a cursor stands for. Raises ValueError."""
    raw = urlsafe_b64decode(cursor).decode("utf-8", "surrogatepass")
    kind, extent, key = raw.split("/", 2)
    if kind not in KINDS:
        raise ValueError(f"no kind of counters: {kind!r}")
    named = int(extent) if extent.isdecimal() else checked_period(extent)
    return (kind, named, key)
