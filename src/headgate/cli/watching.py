"""Notices that files changed, by asking for their times."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

Stamp = tuple[tuple[int, int], ...]
"""Modification time in nanoseconds and size of each path; zeros for one that is not there."""


def stamp(paths: Iterable[Path]) -> Stamp:
    """Return what tells one state of some files and folders from another."""
    return tuple(_state(path) for path in paths)


def _state(path: Path) -> tuple[int, int]:
    try:
        status = os.stat(path)
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size
