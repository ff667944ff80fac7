"""The management port: uvicorn in the loop of the gateway, off the path of calls."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from headgate.management.counters import CounterPages
from headgate.management.probes import probes
from headgate.management.traces import TracePages
from headgate.stores.counters import CounterStore


class _Server(uvicorn.Server):
    """uvicorn, except that signals are the command line's business."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say when requests are accepted."""
        await super().startup(sockets)
        self.is_up.set()


class ManagementServer:
    """Serves probes, metrics and the counters of a store, by TLS if there is a certificate."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        ready: Callable[[], bool],
        metrics: Callable[[], bytes],
        certificate: str | None = None,
        key: str | None = None,
    ) -> None:
        self._host = host
        self.port = port
        """What is listened on; 0 becomes the port that was free."""
        self._app = probes(ready, metrics)
        self._server = _Server(
            uvicorn.Config(
                self._app,
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                ssl_certfile=certificate,
                ssl_keyfile=key,
                timeout_graceful_shutdown=1,
            )
        )
        self._serving: asyncio.Task[None] | None = None

    def offer_counters(self, store: CounterStore) -> None:
        """Serve the counters of a store too. Called before `start`."""
        self._app.router.routes.extend(CounterPages(store, host=self._host).routes())

    def offer_traces(
        self, find: Callable[[str], dict[str, Any] | None], issue: Callable[[str, int], str]
    ) -> None:
        """Serve traces, and tokens that let calls be traced. Called before `start`."""
        self._app.router.routes.extend(TracePages(find, issue, host=self._host).routes())

    async def start(self) -> None:
        """Listen. Raises OSError when the port cannot be had or a certificate is unusable."""
        self._server.config.load()
        listener = socket.create_server((self._host, self.port), backlog=128)
        self.port = listener.getsockname()[1]
        self._serving = asyncio.create_task(self._server.serve(sockets=[listener]))
        await self._server.is_up.wait()

    async def stop(self) -> None:
        """Stop listening and end what is on its way within a second."""
        if self._serving is not None:
            self._server.should_exit = True
            await self._serving
