"""`[[loggers]]` of headgate.toml: where the messages of `log-to-eventhub` go."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from headgate.settings.binding import Settings
from headgate.settings.documents import Where
from headgate.settings.entries import Entry
from headgate.settings.named_values import NamedValues


class LoggerSettings(Settings, frozen=True, kw_only=True):
    """One logger: one of `file`, `url` and `otlp` says where its messages go."""

    id: Annotated[str, Meta(min_length=1, max_length=256)]
    file: Annotated[str, Meta(min_length=1)] | None = None
    """A file of JSON lines; relative to the service folder."""
    url: str | None = None
    """An http or https URL that takes JSON lines by POST."""
    otlp: str | None = None
    """The URL of an OpenTelemetry collector that takes logs, `…/v1/logs`."""
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    """Sent along with each request; values may hold named values."""


def filled_loggers(
    entry: Entry[Any], loggers: tuple[LoggerSettings, ...], *, values: NamedValues
) -> tuple[LoggerSettings, ...]:
    """Return the loggers with their named values put in; problems are reported."""
    names: set[str] = set()
    filled: list[LoggerSettings] = []
    for index, logger in enumerate(loggers):
        where: Where = ("loggers", index)
        if logger.id in names:
            message = f"the logger {logger.id!r} is named twice"
            entry.complain("HG511", message, where=(*where, "id"))
        names.add(logger.id)
        if sum(sink is not None for sink in (logger.file, logger.url, logger.otlp)) != 1:
            message = "a logger needs one of file, url and otlp"
            entry.complain("HG512", message, where=where)
        for name in ("url", "otlp"):
            url = getattr(logger, name)
            if url is not None and not url.startswith(("https://", "http://")):
                message = f"{url!r} is not an absolute http or https URL"
                entry.complain("HG560", message, where=(*where, name))
        headers = {
            name: values.fill(entry, text, where=(*where, "headers", name)) or ""
            for name, text in logger.headers.items()
        }
        filled.append(msgspec.structs.replace(logger, headers=headers))
    return tuple(filled)
