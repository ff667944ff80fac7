"""Notices that files changed, by asking for their times."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

State = tuple[int, int]
"""Modification time in nanoseconds and size; zeros for what is not there."""

Stamp = dict[Path, State | None]
"""The state of each path; None where it is not known, which no state equals."""


def stamp(paths: Iterable[Path]) -> Stamp:
    """Return what tells one state of some files and folders from another."""
    return {path: _state(path) for path in paths}


def _state(path: Path) -> State:
    try:
        status = os.stat(path)
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size
