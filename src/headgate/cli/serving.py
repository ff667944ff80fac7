"""Runs a service folder: data port, management port, reload, drain."""

from __future__ import annotations

import asyncio
import gc
import random
import secrets
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import msgspec
import uvloop

from headgate.cli.composition import Composition, compose
from headgate.cli.identities import managed_identities
from headgate.cli.keeping import CannotKeep, Keeping, KeepingOptions, state_folder
from headgate.cli.loggers import default_sink, event_sinks
from headgate.cli.watching import Stamp, stamp
from headgate.exchange.call import Call
from headgate.exchange.snapshot import Snapshot
from headgate.exchange.tracing import debug_token
from headgate.gateway.plane import Services
from headgate.gateway.server import GatewayServer, Listening
from headgate.identity.openid import OpenIdProviders
from headgate.identity.tokens import ManagedIdentities
from headgate.management.server import ManagementServer
from headgate.model.clock import SECOND, Micros
from headgate.model.diagnostic import Diagnostic
from headgate.policy.effects import TokenFailed
from headgate.stores.cache import MemoryCache
from headgate.stores.memory import MemoryCounterStore
from headgate.stores.similar import SimilarAnswers
from headgate.telemetry.event_log import EventLog
from headgate.telemetry.logs import configure, log_failure, log_traces
from headgate.telemetry.metrics import Metrics
from headgate.telemetry.system_clock import SystemClock
from headgate.telemetry.traces import TraceStore
from headgate.tokenizers.model_counter import ModelCounter
from headgate.upstream.bounds import Bounds, Timeouts
from headgate.upstream.egress import Egress

WATCH_SECONDS = 1.0
SWITCH_SECONDS = 0.0005
"""How long a thread that loads runs on when the event loop has something to do."""
NEVER = 1 << 30
"""Collections of the young that come before one of all objects."""


class Certificate(msgspec.Struct, frozen=True):
    """PEM files of a certificate chain and its key."""

    chain: str
    key: str


class ServeOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line says; None leaves it to headgate.toml."""

    folder: Path
    host: str | None = None
    port: int | None = None
    management_port: int | None = None
    tls: Certificate | None = None
    management_tls: Certificate | None = None
    log_level: str = "warning"
    database: str | None = None
    """File or URL of the usage records."""
    state: Path | None = None
    """Where quotas and usage records are kept; None: in the folder."""
    allow_unsupported: bool = False
    """Serve though policies hold elements that do not exist here."""


class SwappableIdentities:
    """The managed identities of the snapshot that serves."""

    def __init__(self, identities: ManagedIdentities) -> None:
        self.current = identities

    def held(self, resource: str, client_id: str | None) -> str | None:
        """Return a token that is at hand."""
        return self.current.held(resource, client_id)

    async def fetch(self, resource: str, client_id: str | None) -> str | TokenFailed:
        """Get a token."""
        return await self.current.fetch(resource, client_id)


def report(diagnostics: Iterable[Diagnostic], folder: Path) -> None:
    """Print what was found, errors last so that they stand where one looks."""
    for diagnostic in sorted(diagnostics, key=lambda found: found.severity == "error"):
        placed = msgspec.structs.replace(diagnostic, file=str(folder / diagnostic.file))
        print(f"{diagnostic.severity}: {placed}", file=sys.stderr, flush=True)


def address(host: str, port: int, *, tls: bool) -> str:
    """Return the URL of an address that is listened on."""
    return f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"


def serve(options: ServeOptions) -> int:
    """Serve until SIGTERM or SIGINT. Returns 0, or 1 when it could not begin."""
    configure(options.log_level)
    secret = secrets.token_bytes(32)
    composition = compose(
        options.folder, number=1, secret=secret, allow_unsupported=options.allow_unsupported
    )
    report(composition.diagnostics, options.folder)
    if composition.snapshot is None:
        print(f"headgate: {options.folder} has errors; nothing is served", file=sys.stderr)
        return 1
    return uvloop.run(Serving(options, composition, secret=secret).run(composition.snapshot))


@contextmanager
def beside_calls() -> Iterator[None]:
    """Load something large that stays, in a thread, so that calls hardly notice.

    The thread lets the event loop go on at once when it has something to do, and the collector does
    not go over all objects meanwhile: its long pauses would be those of the calls.
    """
    thresholds, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.set_threshold(*thresholds[:2], NEVER)
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(*thresholds)
        sys.setswitchinterval(interval)


class Serving:
    """One process that serves one folder."""

    def __init__(
        self,
        options: ServeOptions,
        composition: Composition,
        *,
        secret: bytes,
    ) -> None:
        self._options = options
        self._composition = composition
        self._secret = secret
        self._number = 1
        self._clock = SystemClock()
        self._store = MemoryCounterStore(
            self._clock, archived=True, throttling=composition.settings.throttling
        )
        self._keeping = Keeping(self._keeping_options(), self._store)
        self._metrics = Metrics()
        self._metrics.watch_breakers(self._breaker_states)
        self._traces = TraceStore(self._clock)
        self._events = EventLog(lambda logger: default_sink(self._keeping_options().state, logger))
        self._management_address = ""
        self._client = httpx2.AsyncClient()
        self._identities = SwappableIdentities(self._managed_identities(composition))
        self._egress = Egress()
        self._stopped = asyncio.Event()
        self._seen: Stamp = stamp(composition.watched)

    def _managed_identities(self, composition: Composition) -> ManagedIdentities:
        return managed_identities(
            composition.settings.managed_identity,
            folder=self._options.folder,
            clock=self._clock,
            client=self._client,
        )

    async def run(self, snapshot: Snapshot) -> int:
        """Serve, reload on request, drain. Returns the exit code."""
        counter = ModelCounter(
            accurate_images=self._composition.settings.image_tokens == "accurate"
        )
        counter.warm_up()
        gateway = GatewayServer(
            listening=self._listening(),
            services=Services(
                store=self._store,
                counter=counter,
                tokens=self._identities,
                openid=OpenIdProviders(self._clock),
                cache=MemoryCache(self._clock),
                similar=SimilarAnswers(self._clock),
                clock=self._clock,
                # Expressions make keys of it: nobody may learn its state from what they show.
                entropy=random.SystemRandom(),
                on_facts=self._observe,
            ),
            snapshot=snapshot,
            guard=self._egress,
        )
        management = self._management(gateway)
        management.offer_counters(self._store)
        management.offer_traces(self._traces.find, self._debug_token)
        self._adopt(self._composition)
        try:
            await self._keeping.start(self._clock.now())
            self._forget_own_change()
            await gateway.start()
            await management.start()
        except CannotKeep as error:
            print(f"headgate: {error}", file=sys.stderr)
            return 1
        except OSError as error:
            print(f"headgate: cannot listen: {error}", file=sys.stderr)
            await self._keeping.stop()
            return 1
        self._egress.deny_own(management.port)
        # What is loaded by now stays: the collector need not look at it again and again.
        gc.collect()
        gc.freeze()
        self._announce(gateway, management)
        self._locate_traces()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopped.set)
        reload = asyncio.Event()
        loop.add_signal_handler(signal.SIGHUP, reload.set)
        watcher = asyncio.create_task(self._watch(gateway, reload))
        watcher.add_done_callback(self._watch_ended)
        await self._stopped.wait()
        watcher.cancel()
        await gateway.drain(self._composition.settings.timeouts.drain)
        await self._keeping.stop()
        await self._events.stop()
        await management.stop()
        await self._client.aclose()
        return 0

    def _observe(self, call: Call) -> None:
        self._metrics.record(call)
        self._keeping.record(call)
        self._traces.add(call)
        self._events.record(call)
        log_traces(call)
        log_failure(call)

    def _forget_own_change(self) -> None:
        """Do not take the state folder, which may just have been made, for an edit."""
        parent = self._keeping_options().state.parent
        self._seen |= stamp({parent} & self._seen.keys())

    def _keeping_options(self) -> KeepingOptions:
        options = self._options
        state = options.state if options.state is not None else state_folder(options.folder)
        settings = self._composition.settings
        usage = settings.usage
        database = options.database if options.database is not None else usage.database
        return KeepingOptions(
            state=state,
            records=usage.records,
            database=database,
            retention_days=usage.retention_days,
            currency=settings.currency,
        )

    def _listening(self) -> Listening:
        options, settings = self._options, self._composition.settings
        timeouts = msgspec.structs.asdict(settings.timeouts)
        del timeouts["drain"]
        listen = settings.listen
        return Listening(
            host=options.host if options.host is not None else listen.host,
            port=options.port if options.port is not None else listen.port,
            certificate=options.tls.chain if options.tls else None,
            key=options.tls.key if options.tls else None,
            bounds=Bounds(**msgspec.structs.asdict(settings.bounds)),
            timeouts=Timeouts(**timeouts),
        )

    def _management(self, gateway: GatewayServer) -> ManagementServer:
        options, listen = self._options, self._composition.settings.management
        tls = options.management_tls
        return ManagementServer(
            host=options.host if options.host is not None else listen.host,
            port=options.management_port if options.management_port is not None else listen.port,
            certificate=tls.chain if tls else None,
            key=tls.key if tls else None,
            ready=lambda: not gateway.draining,
            metrics=lambda: self._render(gateway),
        )

    def _render(self, gateway: GatewayServer) -> bytes:
        self._metrics.gauge(
            "headgate_open_connections", "Client connections.", value=gateway.open_connections
        )
        self._metrics.gauge(
            "headgate_usage_records_dropped",
            "Usage records that were lost since the start.",
            value=self._keeping.dropped,
        )
        self._metrics.gauge(
            "headgate_events_dropped",
            "Messages of log-to-eventhub that were lost since the start.",
            value=self._events.dropped,
        )
        return self._metrics.render()

    def _announce(self, gateway: GatewayServer, management: ManagementServer) -> None:
        options, settings = self._options, self._composition.settings
        data = address(options.host or settings.listen.host, gateway.port, tls=bool(options.tls))
        manage = self._management_address = address(
            options.host or settings.management.host,
            management.port,
            tls=bool(options.management_tls),
        )
        print(f"headgate serves {options.folder} on {data} (management {manage})", flush=True)

    def _breaker_states(self) -> dict[str, str]:
        snapshot, now = self._composition.snapshot, self._clock.monotonic()
        if snapshot is None:
            return {}
        return {backend: one.state(now) for backend, one in snapshot.backends.breakers()}

    def _locate_traces(self) -> None:
        """Tell the tracer where traces are read."""
        snapshot = self._composition.snapshot
        if snapshot is not None and snapshot.tracer is not None:
            snapshot.tracer.location = f"{self._management_address}/traces/"

    def _debug_token(self, api: str, seconds: int) -> str:
        """Return a token that lets calls of an API be traced. Raises ValueError."""
        snapshot = self._composition.snapshot
        if snapshot is None or snapshot.tracer is None:
            raise ValueError("Tracing is off: headgate.toml says `tracing = true` to switch it on")
        if not any(known == api for known, _, _ in snapshot.plans):
            raise ValueError(f"There is no API {api!r}")
        expires = Micros(self._clock.now() + seconds * SECOND)
        return debug_token(self._secret, api=api, expires=expires)

    def _adopt(self, composition: Composition) -> None:
        """Take over what a composition says besides its snapshot."""
        self._composition = composition
        self._locate_traces()
        self._identities.current = self._managed_identities(composition)
        self._events.configure(
            event_sinks(
                composition.settings.loggers, folder=self._options.folder, client=self._client
            )
        )
        self._egress.configure(
            allow=composition.settings.egress.allow,
            deny=composition.settings.egress.deny,
            named=composition.origins,
        )
        self._metrics.gauge(
            "headgate_snapshot", "Number of the snapshot that serves.", value=self._number
        )

    async def _watch(self, gateway: GatewayServer, reload: asyncio.Event) -> None:
        """Reload whenever the folder changed or SIGHUP came."""
        while True:
            try:
                async with asyncio.timeout(WATCH_SECONDS):
                    await reload.wait()
                    reload.clear()
                    asked = True
            except TimeoutError:
                asked = False
            await self._look(gateway, asked=asked)

    def _watch_ended(self, watcher: asyncio.Task[None]) -> None:
        """Tell that nothing is reloaded any more, unless that was wanted."""
        if not watcher.cancelled() and (error := watcher.exception()) is not None:
            self._refuse(f"watching ended with {error!r}")

    async def _look(self, gateway: GatewayServer, *, asked: bool) -> None:
        """Reload if it is asked for or the folder is not as it was."""
        before = await asyncio.to_thread(stamp, self._seen)
        if asked or before != self._seen:
            await self._reload(gateway, before)

    async def _reload(self, gateway: GatewayServer, before: Stamp) -> None:
        """Compile everything, then swap one reference; an error leaves the old one serving.

        `before` is what the folder was like: what changes from then on is for the next reload.
        """
        number = self._number + 1
        with beside_calls():
            composition = await asyncio.to_thread(
                compose,
                self._options.folder,
                number=number,
                secret=self._secret,
                allow_unsupported=self._options.allow_unsupported,
                previous=self._composition.snapshot,
            )
        report(composition.diagnostics, self._options.folder)
        if composition.snapshot is None:
            # What could not be read names nothing more to watch; it may come back.
            self._seen = dict.fromkeys(composition.watched) | before
            self._refuse("reload refused")
            return
        self._seen = {path: before.get(path) for path in composition.watched}
        self._number = number
        self._adopt(composition)
        gateway.swap(composition.snapshot)
        self._metrics.gauge("headgate_reload_failed", "1 after a refused reload.", value=0)
        print(f"headgate: snapshot {number} serves", file=sys.stderr, flush=True)

    def _refuse(self, reason: str) -> None:
        text = f"headgate: {reason}; snapshot {self._number} keeps serving"
        print(text, file=sys.stderr, flush=True)
        self._metrics.gauge("headgate_reload_failed", "1 after a refused reload.", value=1)
