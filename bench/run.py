"""`make bench`: what a call through Headgate costs, against nginx in the same run.

    python -m bench.run [--only plain] [--rounds 1] [--seconds 2] [--profile] [--gateway COMMAND]

See README.md for what is measured and how.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import itertools
import json
import pstats
import shlex
import sys
from collections import defaultdict
from collections.abc import Iterator

from bench import books, rig
from bench.meter import Load, LoadFailed, added_latency, cost, memory_with_open_streams
from bench.report import Report, Samples
from bench.rig import HERE, RUN, Process, RigError

PHASES = ("plain", "estimated", "stream", "latency", "open")
SERVICE = HERE / "service"
PROFILE = RUN / "headgate.prof"
BUSY_CONNECTIONS = 32
BUSY_STREAMS = 8
OPEN_STREAMS = 1000
OPEN_SETTLE_SECONDS = 6.0


def arguments() -> argparse.Namespace:
    """Return the command line, checked."""
    parser = argparse.ArgumentParser(prog="bench.run", description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", choices=PHASES, help="measure this only")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    parser.add_argument("--date", default=str(datetime.date.today()), help="for the report")
    parser.add_argument("--write", action="store_true", help="keep the report as RESULTS.md")
    parser.add_argument("--profile", action="store_true", help="profile Headgate, without nginx")
    parser.add_argument(
        "--gateway",
        metavar="COMMAND",
        help="measure this instead of Headgate; {port} and {upstream} are filled in",
    )
    return parser.parse_args()


def headgate_command(*, profiled: bool) -> list[str]:
    """Return the command line of Headgate on the bench's service folder."""
    profiler = ["-m", "cProfile", "-o", str(PROFILE)] if profiled else []
    command = [sys.executable, *profiler, "-m", "headgate.cli.main", "serve", str(SERVICE)]
    command += ["--port", str(rig.HEADGATE_PORT)]
    return [*command, "--management-port", str(rig.HEADGATE_MANAGEMENT)]


def gateway_command(options: argparse.Namespace) -> list[str]:
    """Return the command line of what is compared with nginx."""
    if not options.gateway:
        return headgate_command(profiled=options.profile)
    filled = options.gateway.format(port=rig.HEADGATE_PORT, upstream=rig.HEADGATE_UPSTREAM)
    return shlex.split(filled)


def load(body: str, api: str) -> Load:
    """Return a kind of call, with the key that the service folder knows."""
    named_value = SERVICE / "named values/bench-key/namedValueInformation.json"
    key = json.loads(named_value.read_text("utf-8"))["properties"]["value"]
    return Load(
        loadgen=rig.BIN / "loadgen",
        body=rig.BODIES / f"{body}.json",
        path=f"/{api}/v1/chat/completions",
        key=key,
    )


class Subject:
    """A gateway under test and what was found out about it."""

    def __init__(self, process: Process, seconds: float) -> None:
        self.process = process
        self.seconds = seconds
        self.samples: Samples = defaultdict(list)

    def warm_up(self) -> None:
        """Open connections and fill caches before anything counts."""
        for body, connections in (("plain", BUSY_CONNECTIONS), ("stream", BUSY_STREAMS)):
            load(body, "metered").run(self.process.port, connections=connections, seconds=1)

    def measure(self, phase: str) -> None:
        """Add one sample of each figure that the phase yields."""
        port, pid, keep = self.process.port, self.process.pid, self.samples
        if phase in ("plain", "estimated"):
            api = "metered" if phase == "plain" else "estimated"
            calls = load("plain", api)
            busy = BUSY_CONNECTIONS
            found = cost(calls, port, pid=pid, connections=busy, seconds=self.seconds)
            keep[phase].append(found.cpu_us)
            keep[f"{phase}_rate"].append(found.per_second)
        elif phase == "stream":
            streams = load("stream", "metered")
            found = cost(streams, port, pid=pid, connections=BUSY_STREAMS, seconds=self.seconds)
            keep["stream"].append(found.cpu_us)
        elif phase == "latency":
            calls = load("plain", "metered")
            direct = rig.NGINX_UPSTREAM
            p50, p99 = added_latency(calls, direct=direct, gateway=port, seconds=self.seconds + 1)
            keep["added_p50"].append(p50)
            keep["added_p99"].append(p99)
        elif phase == "open":
            slow = load("open", "metered")
            idle, loaded = memory_with_open_streams(
                slow, port, pid=pid, streams=OPEN_STREAMS, settle_seconds=OPEN_SETTLE_SECONDS
            )
            keep["memory_idle"].append(idle)
            keep["memory_open"].append(loaded)


@contextlib.contextmanager
def processes(options: argparse.Namespace) -> Iterator[tuple[Subject, Subject]]:
    """Run both upstreams, nginx and the gateway; yield (nginx, gateway)."""
    with contextlib.ExitStack() as stack:

        def start(name: str, command: list[str], *, port: int, core: int) -> Process:
            return stack.enter_context(rig.running(name, command, port=port, core=core))

        # Two upstreams, so that the books of the second are the gateway's alone.
        for port in (rig.NGINX_UPSTREAM, rig.HEADGATE_UPSTREAM):
            command = rig.upstream_command(port)
            start(f"upstream-{port}", command, port=port, core=rig.UPSTREAM_CORE)
        nginx = start("nginx", rig.nginx_command(), port=rig.NGINX_PORT, core=rig.GATEWAY_CORE)
        command = gateway_command(options)
        gateway = start("gateway", command, port=rig.HEADGATE_PORT, core=rig.GATEWAY_CORE)
        yield Subject(nginx, options.seconds), Subject(gateway, options.seconds)


def rounds(options: argparse.Namespace, nginx: Subject, gateway: Subject) -> None:
    """Measure both in turn, so that a slow minute of the machine hits both alike."""
    phases = [phase for phase in wanted(options) if phase != "open"]
    turns = [(phase, subject) for phase in phases for subject in (nginx, gateway)]
    for number, (phase, subject) in itertools.product(range(options.rounds), turns):
        if subject is nginx and (options.profile or phase == "estimated"):
            continue  # nginx reads no prompt: its plain call is its answer to both.
        print(f"round {number + 1}: {phase}, {subject.process.name}", flush=True)
        subject.measure(phase)


def wanted(options: argparse.Namespace) -> list[str]:
    """Return the phases to measure, in order."""
    return [phase for phase in PHASES if phase in (options.only or PHASES)]


def measure(options: argparse.Namespace) -> Report:
    """Run everything and return the report."""
    closed = None
    with processes(options) as (nginx, gateway):
        subjects = (gateway,) if options.profile else (nginx, gateway)
        for subject in subjects:
            subject.warm_up()
        rounds(options, nginx, gateway)
        if not options.gateway:
            # Streams that are cut off are charged by estimate: the books close before them.
            ports = rig.HEADGATE_MANAGEMENT, rig.HEADGATE_UPSTREAM
            closed = books.compare(management=ports[0], upstream=ports[1])
        if "open" in wanted(options):
            for subject in subjects:
                subject.measure("open")
    return Report(
        date=options.date,
        rounds=options.rounds,
        gateway="gateway" if options.gateway else "Headgate",
        nginx=nginx.samples,
        headgate=gateway.samples,
        body_kb=(rig.BODIES / "plain.json").stat().st_size / 1024,
        books=closed,
    )


def main() -> int:
    """Run the bench; returns the exit code: 1 if it could not run, 2 if the books disagree."""
    options = arguments()
    try:
        rig.build_tools()
        rig.write_bodies()
        rig.raise_file_limit()
        report = measure(options)
    except (RigError, LoadFailed) as error:
        print(error, file=sys.stderr)
        return 1
    page = report.markdown()
    print("\n" + page)
    if options.write:
        (HERE / "RESULTS.md").write_text(page, "utf-8")
    if options.profile:
        pstats.Stats(str(PROFILE)).sort_stats("tottime").print_stats(40)
    return 0 if report.books is None or report.books.agree else 2


if __name__ == "__main__":
    sys.exit(main())
