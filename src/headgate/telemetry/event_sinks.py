"""Where logged messages go: a file of JSON lines, an HTTP endpoint, an OpenTelemetry collector."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import httpx2
import msgspec
import orjson

from headgate.model.clock import SECOND, Micros
from headgate.model.unicode import encodable

FILE_MAX = 64 << 20
"""Bytes after which a file is set aside; one that was set aside is kept."""
TIMEOUT = httpx2.Timeout(10.0)
REFUSED = frozenset((400, 413, 415, 422))
"""Statuses that are about the batch itself: it would be refused again and again."""
NANOS = 1000
"""Nanoseconds of a microsecond."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One message: when its call began, and what the policy says."""

    time: Micros
    request: str
    logger: str
    partition: str | None
    message: str

    def line(self) -> bytes:
        """Return the message as a line of JSON; `time` is in seconds since 1970."""
        content: dict[str, Any] = {
            "time": self.time / SECOND,
            "request": self.request,
            "logger": self.logger,
            "message": encodable(self.message),
        }
        if self.partition is not None:
            content["partition"] = encodable(self.partition)
        return orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE)


class SinkFailed(Exception):
    """A batch was not taken; it is sent again."""


class BatchRefused(Exception):
    """A batch will never be taken; those behind it may be."""


class EventSink(Protocol):
    """Takes batches of messages."""

    async def send(self, events: Sequence[Event]) -> None:
        """Deliver a batch. Raises BatchRefused.

        Raises SinkFailed, with nothing delivered or all of it sent again.
        """
        ...


class FileSink:
    """Appends lines to a file; beyond a size it is set aside as `<name>.1` and begun anew."""

    def __init__(self, path: Path, *, size_max: int = FILE_MAX) -> None:
        self._path = path
        self._size_max = size_max

    async def send(self, events: Sequence[Event]) -> None:
        """Append a batch. Raises SinkFailed."""
        try:
            await asyncio.to_thread(self._append, b"".join(event.line() for event in events))
        except OSError as error:
            raise SinkFailed(f"{self._path} cannot be written: {error.strerror}") from error

    def _append(self, lines: bytes) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Messages may hold prompts: nobody else reads them.
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with open(descriptor, "ab") as stream:
            stream.write(lines)
            is_full = stream.tell() >= self._size_max
        if is_full:
            self._path.replace(self._path.with_name(self._path.name + ".1"))


class HttpSink:
    """Posts a batch as lines of JSON to a URL."""

    def __init__(
        self, client: httpx2.AsyncClient, url: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        self._client = client
        self._url = url
        # User and query may be secrets.
        self._shown = url.partition("?")[0].rpartition("@")[2]
        self._headers = {"content-type": self.media_type, **(headers or {})}

    media_type = "application/x-ndjson"

    async def send(self, events: Sequence[Event]) -> None:
        """Post a batch. Raises SinkFailed, BatchRefused."""
        try:
            answer = await self._client.post(
                self._url, content=self.body(events), headers=self._headers, timeout=TIMEOUT
            )
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
            # A URL or a header that cannot be sent is one more sink that does not work.
            raise SinkFailed(f"{self._shown} gave no answer: {type(error).__name__}") from error
        if answer.status_code in REFUSED:
            raise BatchRefused(f"{self._shown} answered {answer.status_code}")
        if not 200 <= answer.status_code < 300:
            raise SinkFailed(f"{self._shown} answered {answer.status_code}")

    def body(self, events: Sequence[Event]) -> bytes:
        """Return a batch as it is posted."""
        return b"".join(event.line() for event in events)


class OtlpSink(HttpSink):
    """Posts a batch as logs of OpenTelemetry (OTLP 1.x over HTTP, JSON encoding)."""

    media_type = "application/json"

    def body(self, events: Sequence[Event]) -> bytes:
        """Return a batch as an ExportLogsServiceRequest."""
        records = [record(event) for event in events]
        resource = {"attributes": [attribute("service.name", "headgate")]}
        scoped = [{"scope": {"name": "headgate"}, "logRecords": records}]
        return orjson.dumps({"resourceLogs": [{"resource": resource, "scopeLogs": scoped}]})


def record(event: Event) -> dict[str, Any]:
    """Return a message as a LogRecord."""
    attributes = [
        attribute("headgate.logger.id", event.logger),
        attribute("headgate.request.id", event.request),
    ]
    if event.partition is not None:
        attributes.append(attribute("headgate.partition", encodable(event.partition)))
    return {
        "timeUnixNano": str(event.time * NANOS),
        "severityNumber": 9,
        "severityText": "INFO",
        "body": {"stringValue": encodable(event.message)},
        "attributes": attributes,
    }


def attribute(key: str, value: str) -> dict[str, Any]:
    """Return an attribute as OTLP writes it."""
    return {"key": key, "value": {"stringValue": value}}
