"""What a gateway process costs: CPU and memory from /proc, load from bench/bin/loadgen.

Linux only. CPU is user plus system time of the whole process tree.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from pathlib import Path

import msgspec

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
LOAD_CORE = 1
# What an OpenAI SDK sends, so that header handling costs what it costs in life.
CLIENT_HEADERS = (
    "User-Agent: OpenAI/Python 1.99.0",
    "Accept: application/json",
    "Accept-Encoding: gzip, deflate",
    "X-Stainless-Lang: python",
    "X-Stainless-Package-Version: 1.99.0",
    "X-Stainless-OS: Linux",
    "X-Stainless-Arch: x64",
    "X-Stainless-Runtime: CPython",
    "X-Stainless-Runtime-Version: 3.11.7",
    "x-stainless-retry-count: 0",
    "x-stainless-read-timeout: 600",
)


class LoadFailed(Exception):
    """Some answer was not what was asked for: nothing measured with it means anything."""


class Answers(msgspec.Struct):
    """One line of loadgen: counts, rate, and latencies in microseconds."""

    ok: int
    bad: int
    err: int
    rps: float
    p50: float
    p99: float


class Load(msgspec.Struct, kw_only=True):
    """A kind of call: the body, the path and the key it is sent with."""

    loadgen: Path
    body: Path
    path: str
    key: str

    def command(
        self, *ports: int, connections: int, seconds: float, rate: float = 0, calls: int = 0
    ) -> list[str]:
        """Return the command line of the load generator; rate and calls of 0 set no bound."""
        command = ["taskset", "-c", str(LOAD_CORE), str(self.loadgen)]
        command += ["-c", str(connections), "-d", str(seconds), "-r", str(rate), "-n", str(calls)]
        command += ["-p", self.path, "-b", str(self.body)]
        for header in (
            *CLIENT_HEADERS,
            f"Authorization: Bearer {self.key}",
            f"api-key: {self.key}",
        ):
            command += ["-H", header]
        return command + [str(port) for port in ports]

    def run(self, *ports: int, connections: int, seconds: float, rate: float = 0) -> list[Answers]:
        """Send the load and return what came back, by port; raise LoadFailed if any call failed."""
        command = self.command(*ports, connections=connections, seconds=seconds, rate=rate)
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=seconds + 30, check=False
        )
        rows = [msgspec.convert(json.loads(line), Answers) for line in done.stdout.splitlines()]
        for port, row in zip(ports, rows, strict=False):
            if row.bad or row.err or not row.ok:
                counts = f"{row.ok} good, {row.bad} bad, {row.err} broken"
                raise LoadFailed(f"port {port} {self.path}: {counts}. {done.stderr[:400]}")
        if len(rows) != len(ports):
            raise LoadFailed(f"ports {ports} {self.path}: {done.stderr[:400] or 'no answer'}")
        return rows


def process_tree(pid: int) -> list[int]:
    """Return a process and its descendants."""
    children: dict[int, list[int]] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        if fields := _stat(int(name)):
            children.setdefault(int(fields[1]), []).append(int(name))
    found, pending = [], [pid]
    while pending:
        process = pending.pop()
        found.append(process)
        pending += children.get(process, [])
    return found


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat after the name; empty if the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
    except OSError:
        return []


def _cpu_from_ticks(pid: int) -> float:
    """Return CPU seconds of the tree, reaped children included, in steps of 10 ms."""
    fields = filter(None, map(_stat, process_tree(pid)))
    return sum(sum(map(int, found[11:15])) for found in fields) / TICKS_PER_SECOND


def _cpu_from_scheduler(pid: int) -> float:
    """Return CPU seconds of the live threads of the tree, in nanosecond steps."""
    total = 0
    for process in process_tree(pid):
        for schedstat in Path(f"/proc/{process}/task").glob("*/schedstat"):
            try:
                total += int(schedstat.read_text("utf-8").split()[0])
            except OSError:
                continue  # The thread ended between the listing and the reading.
    return total / 1e9


class CpuMeter:
    """CPU seconds that a process tree uses from here on."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.ticks = _cpu_from_ticks(pid)
        self.scheduler = _cpu_from_scheduler(pid)

    def seconds(self) -> float:
        """Return the finer clock's reading, unless threads ended and took their time with them."""
        coarse = _cpu_from_ticks(self.pid) - self.ticks
        fine = _cpu_from_scheduler(self.pid) - self.scheduler
        return fine if abs(fine - coarse) < 0.04 + 0.05 * coarse else coarse


def memory_mb(pid: int) -> float:
    """Return the proportional set size of the tree in MB (2**20 bytes)."""
    total = 0
    for process in process_tree(pid):
        try:
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text("utf-8")
        except OSError:
            continue
        if match := re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE):
            total += int(match[1])
    return total / 1024


class Cost(msgspec.Struct):
    """What one kind of call cost: CPU microseconds and calls per second."""

    cpu_us: float
    per_second: float


def cost(load: Load, port: int, *, pid: int, connections: int, seconds: float) -> Cost:
    """Keep `connections` busy for a while and return what one answer cost the gateway."""
    meter = CpuMeter(pid)
    (answers,) = load.run(port, connections=connections, seconds=seconds)
    time.sleep(0.05)  # The gateway finishes its books after the last byte.
    return Cost(meter.seconds() / answers.ok * 1e6, answers.rps)


def added_latency(load: Load, *, direct: int, gateway: int, seconds: float) -> tuple[float, float]:
    """Return what the gateway adds to the median and the 99th percentile, in microseconds."""
    straight, through = load.run(direct, gateway, connections=4, seconds=seconds, rate=50)
    return through.p50 - straight.p50, through.p99 - straight.p99


def memory_with_open_streams(
    load: Load, port: int, *, pid: int, streams: int, settle_seconds: float
) -> tuple[float, float]:
    """Return the memory in MB before and while `streams` slow answers are under way."""
    before = memory_mb(pid)
    command = load.command(port, connections=streams, seconds=3600, calls=streams)
    clients = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        time.sleep(settle_seconds)
        if clients.poll() is not None:
            raise LoadFailed(f"port {port}: the open streams ended at once")
        return before, memory_mb(pid)
    finally:
        clients.kill()
        clients.wait()
