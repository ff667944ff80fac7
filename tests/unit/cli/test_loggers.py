from __future__ import annotations

import asyncio
from pathlib import Path

import httpx2

from headgate.cli.loggers import default_sink, event_sinks
from headgate.model.clock import Micros
from headgate.settings.loggers import LoggerSettings
from headgate.telemetry.event_sinks import Event, FileSink, HttpSink, OtlpSink


def test_each_logger_has_the_sink_that_it_names(tmp_path: Path) -> None:
    declared = (
        LoggerSettings(id="a", file="a.jsonl"),
        LoggerSettings(id="b", url="http://x.example"),
        LoggerSettings(id="c", otlp="http://x.example/v1/logs"),
    )
    sinks = event_sinks(declared, folder=tmp_path, client=httpx2.AsyncClient())
    assert [type(sink) for sink in sinks.values()] == [FileSink, HttpSink, OtlpSink]


def test_other_loggers_have_a_file_among_the_state(tmp_path: Path) -> None:
    event = Event(time=Micros(0), request="r", logger="a", partition=None, message="m")
    asyncio.run(default_sink(tmp_path, "../x/Y-1").send([event]))
    assert [path.name for path in (tmp_path / "events").iterdir()] == ["___x_Y-1.jsonl"]
