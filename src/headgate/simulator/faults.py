"""What can go wrong on purpose."""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """One deviation from a good answer; docs/llm-simulator.md describes each."""

    RESET_BEFORE_HEAD = "reset-before-head"
    RESET_MID_STREAM = "reset-mid-stream"
    STALL = "stall"
    SLOW_HEAD = "slow-head"
    CLOSE_DELIMITED = "close-delimited"
    GZIP = "gzip"
    USAGE_NONE = "usage-none"
    USAGE_WRONG = "usage-wrong"
    USAGE_ALWAYS = "usage-always"
    STATUS_429 = "429"
    STATUS_500 = "500"
    STATUS_503 = "503"


def fault_named(name: str) -> Fault:
    """Return a fault by its name; raises ValueError that names all of them."""
    try:
        return Fault(name)
    except ValueError:
        raise ValueError(f"no fault {name!r}; there are {', '.join(Fault)}") from None
