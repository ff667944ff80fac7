"""The simulator as a server: inside another program's event loop, or as a command."""

from __future__ import annotations

import asyncio
import signal
import sys
from random import Random

import uvloop

from headgate.model.clock import Clock
from headgate.simulator.connection import Connection
from headgate.simulator.counting import prepare
from headgate.simulator.ledger import Ledger
from headgate.simulator.options import SimulatorOptions
from headgate.simulator.provider import Provider
from headgate.telemetry.system_clock import SystemClock

_BACKLOG = 4096


class Simulator:
    """A simulated LLM upstream. Start and stop it in the event loop that shall serve it."""

    def __init__(
        self,
        options: SimulatorOptions,
        *,
        clock: Clock | None = None,
        rng: Random | None = None,
    ) -> None:
        """Take what time the ledger and the limit go by, and what all chance comes from.

        Without them it is the machine's clock and `options.seed`.
        """
        self._options = options
        self._provider = Provider(
            options, clock=clock or SystemClock(), rng=rng or Random(options.seed)
        )
        self._connections: set[Connection] = set()
        self._server: asyncio.Server | None = None
        self.port = options.port
        """The port it listens on; known after `start` where the options say 0."""

    @property
    def ledger(self) -> Ledger:
        """Return what was served."""
        return self._provider.ledger

    @property
    def url(self) -> str:
        """Return the address without a path."""
        host = self._options.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    async def start(self) -> None:
        """Listen; raises OSError when the address cannot be had."""
        prepare()
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Connection(self._provider, self._connections, loop=loop),
            self._options.host,
            self._options.port,
            backlog=_BACKLOG,
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening and cut every connection; calls on their way end as aborted."""
        if self._server is None:
            return
        self._server.close()
        for connection in tuple(self._connections):
            connection.abort()
        await self._server.wait_closed()
        # The loop closes the sockets in its next round.
        await asyncio.sleep(0)
        self._server = None


def run(options: SimulatorOptions) -> int:
    """Serve until SIGTERM or SIGINT; prints the address; returns the exit status."""
    return uvloop.run(_serve(options))


async def _serve(options: SimulatorOptions) -> int:
    simulator = Simulator(options)
    try:
        await simulator.start()
    except OSError as error:
        print(f"cannot listen on {options.host}:{options.port}: {error}", file=sys.stderr)
        return 1
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    print(f"llm-simulator listens on {simulator.url}", flush=True)
    await stopped.wait()
    await simulator.stop()
    return 0
