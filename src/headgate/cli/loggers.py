"""Makes the sinks of the loggers that `headgate.toml` names, and of those that it does not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import httpx2

from headgate.settings.loggers import LoggerSettings
from headgate.telemetry.event_sinks import EventSink, FileSink, HttpSink, OtlpSink

UNFIT = re.compile(r"[^A-Za-z0-9_-]")


def event_sinks(
    declared: Iterable[LoggerSettings], *, folder: Path, client: httpx2.AsyncClient
) -> dict[str, EventSink]:
    """Return the sinks by logger; files stand relative to the service folder."""
    return {logger.id: _sink(logger, folder=folder, client=client) for logger in declared}


def default_sink(state: Path, logger: str) -> FileSink:
    """Return the file of a logger that the settings do not name, among the gateway's state."""
    return FileSink(state / "events" / f"{UNFIT.sub('_', logger)[:100]}.jsonl")


def _sink(logger: LoggerSettings, *, folder: Path, client: httpx2.AsyncClient) -> EventSink:
    if logger.file is not None:
        return FileSink(folder / logger.file)
    if logger.url is not None:
        return HttpSink(client, logger.url, headers=logger.headers)
    assert logger.otlp is not None, "the folder loader asks for exactly one sink"
    return OtlpSink(client, logger.otlp, headers=logger.headers)
