"""The machinery of a run: tools built from C, request bodies, and the processes under test."""

from __future__ import annotations

import contextlib
import json
import resource
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import msgspec

HERE = Path(__file__).parent
BIN = HERE / "bin"
RUN = HERE / "run"
BODIES = RUN / "bodies"
GATEWAY_CORE = 0
UPSTREAM_CORE = 1
READY_SECONDS_MAX = 20.0

NGINX_PORT = 9170
NGINX_UPSTREAM = 9171
HEADGATE_UPSTREAM = 9172
HEADGATE_PORT = 9180
HEADGATE_MANAGEMENT = 9181


class RigError(Exception):
    """The run cannot start: a tool is missing, a port is taken, a process died."""


class Process(msgspec.Struct):
    """A running program of the bench."""

    name: str
    pid: int
    port: int


def require(program: str, *, package: str) -> str:
    """Return the path of a program, or say how to get it."""
    for folder in (None, "/usr/sbin:/sbin"):
        if found := shutil.which(program, path=folder):
            return found
    raise RigError(f"{program} is missing. On Debian, as root: apt-get install {package}")


def build_tools() -> None:
    """Compile loadgen and upstream into bench/bin where they are older than their source."""
    compiler = require("gcc", package="gcc libc6-dev")
    BIN.mkdir(exist_ok=True)
    for name in ("loadgen", "upstream"):
        source, tool = HERE / f"{name}.c", BIN / name
        if not tool.exists() or tool.stat().st_mtime < source.stat().st_mtime:
            subprocess.run([compiler, "-O2", "-Wall", "-o", tool, source], check=True)


def write_bodies() -> None:
    """Write the request bodies, about 1 KB each; loadgen puts fresh words for the '@'."""
    BODIES.mkdir(parents=True, exist_ok=True)
    prompt = "Summarise the following paragraph in two sentences: " + "@" * 750
    messages = [
        {"role": "system", "content": "You are a concise, helpful assistant."},
        {"role": "user", "content": prompt},
    ]
    plain = {"messages": messages, "temperature": 0.2, "max_tokens": 512, "user": "user-1234"}
    stream = plain | {"stream": True, "stream_options": {"include_usage": True}}
    # "delayN" in a stream's body is the upstream's pace in milliseconds.
    bodies = {
        "plain": {"model": "mock"} | plain,
        "stream": {"model": "mock-delay2"} | stream,
        "open": {"model": "mock-delay200"} | stream,
    }
    for name, body in bodies.items():
        text = json.dumps(body, separators=(",", ":"))
        (BODIES / f"{name}.json").write_text(text, "utf-8")


def raise_file_limit() -> None:
    """Let this process and its children open as many sockets as the system allows."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@contextlib.contextmanager
def running(name: str, command: list[str], *, port: int, core: int) -> Iterator[Process]:
    """Run a program on one core until the block ends; its output goes to bench/run/NAME.log."""
    if _answers(port):
        raise RigError(f"port {port} is taken: {name} cannot start")
    log = RUN / f"{name}.log"
    with log.open("wb") as output:
        pinned = ["taskset", "-c", str(core), *command]
        child = subprocess.Popen(pinned, stdout=output, stderr=output, cwd=HERE.parent)
    try:
        deadline = time.monotonic() + READY_SECONDS_MAX
        while not _answers(port):
            if child.poll() is not None or time.monotonic() > deadline:
                tail = log.read_text("utf-8", "replace")[-2000:]
                raise RigError(f"{name} did not start: {' '.join(command)}\n{tail}")
            time.sleep(0.05)
        yield Process(name, child.pid, port)
    finally:
        child.terminate()
        try:
            child.wait(READY_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def upstream_command(port: int) -> list[str]:
    """Return the command line of the mock upstream."""
    return [str(BIN / "upstream"), str(port)]


def nginx_command() -> list[str]:
    """Return the command line of nginx with the bench's configuration."""
    nginx = require("nginx", package="nginx-light")
    return [nginx, "-p", str(RUN), "-c", str(HERE / "nginx.conf"), "-e", "stderr"]


def read(port: int, path: str) -> str:
    """Return the text at a local address."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        text: str = answer.read().decode("utf-8")
        return text
