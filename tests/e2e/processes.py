"""Real `headgate` processes for end-to-end tests, on free ports, ended with the test."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

ROOT = Path(__file__).parents[2]
ADDRESS = re.compile(r"https?://[0-9a-z.:\[\]]+")
SECONDS_MAX = 30.0


class Process:
    """One running command: what it announced, and what it said on standard error at the end."""

    def __init__(self, popen: subprocess.Popen[str], addresses: list[str]) -> None:
        self.popen = popen
        self.addresses = addresses

    @property
    def url(self) -> str:
        """Return the first address announced."""
        return self.addresses[0]

    @property
    def management(self) -> str:
        """Return the second one."""
        return self.addresses[1]

    def signal(self, number: signal.Signals) -> None:
        """Send a signal."""
        self.popen.send_signal(number)

    def wait(self) -> int:
        """Return the exit status once it has ended."""
        return self.popen.wait(timeout=SECONDS_MAX)


@contextmanager
def headgate(
    *arguments: str, environment: Mapping[str, str] | None = None, stderr: Path | None = None
) -> Iterator[Process]:
    """Run a command and wait until it says where it listens."""
    sink = stderr.open("w") if stderr is not None else None
    popen = subprocess.Popen(
        [sys.executable, "-m", "headgate.cli.main", *arguments],
        stdout=subprocess.PIPE,
        stderr=sink,
        text=True,
        env={**os.environ, **(environment or {})},
    )
    assert popen.stdout is not None
    alarm = Timer(SECONDS_MAX, popen.kill)
    alarm.start()
    try:
        addresses = ADDRESS.findall(popen.stdout.readline())
        alarm.cancel()
        assert addresses, f"headgate {arguments} did not start"
        yield Process(popen, addresses)
    finally:
        alarm.cancel()
        popen.terminate()
        try:
            popen.wait(timeout=SECONDS_MAX)
        except subprocess.TimeoutExpired:
            popen.kill()
            popen.wait()
        popen.stdout.close()
        if sink is not None:
            sink.close()
