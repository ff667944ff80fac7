"""Starts the demo's processes and stops them again."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

START_SECONDS_MAX = 20.0
SERVICE = Path(__file__).parent / "service"
ADDRESS = re.compile(r"https?://[0-9a-z.:\[\]]+")


class NotStarted(Exception):
    """A process ended, or said nothing in time, instead of saying where it listens."""


@contextmanager
def running(
    *arguments: str, environment: Mapping[str, str] | None = None
) -> Iterator[tuple[str, ...]]:
    """Run a `headgate` command and give the addresses that it announces. Raises NotStarted."""
    process = subprocess.Popen(
        [sys.executable, "-m", "headgate.cli.main", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environment or {})},
    )
    assert process.stdout is not None
    # A process that never says anything is ended, and reading its line ends with it.
    alarm = Timer(START_SECONDS_MAX, process.kill)
    alarm.start()
    try:
        line = process.stdout.readline()
        alarm.cancel()
        addresses = tuple(ADDRESS.findall(line))
        if not addresses:
            raise NotStarted(f"`headgate {' '.join(arguments)}` did not start")
        yield addresses
    finally:
        alarm.cancel()
        process.terminate()
        process.wait(timeout=START_SECONDS_MAX)
        process.stdout.close()
