from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from headgate.model.clock import Micros
from headgate.telemetry.event_sinks import (
    BatchRefused,
    Event,
    EventSink,
    FileSink,
    HttpSink,
    OtlpSink,
    SinkFailed,
)

URL = "http://collector.test/in"


def event(message: str = "hello", partition: str | None = None) -> Event:
    return Event(
        time=Micros(1_500_000), request="r-1", logger="calls", partition=partition, message=message
    )


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_file_gets_a_line_each(tmp_path: Path) -> None:
    path = tmp_path / "made" / "calls.jsonl"
    sink = FileSink(path)
    asyncio.run(sink.send([event("a"), event("b\n\ud800", partition="p")]))
    asyncio.run(sink.send([event("c")]))
    first, second, third = lines(path)
    assert first == {"time": 1.5, "request": "r-1", "logger": "calls", "message": "a"}
    assert (second["message"], second["partition"]) == ("b\n\ufffd", "p")
    assert third["message"] == "c"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_file_that_is_full_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    sink = FileSink(path, size_max=100)
    for message in ("a", "b", "c"):
        asyncio.run(sink.send([event(message)]))
    kept = tmp_path / "calls.jsonl.1"
    assert [line["message"] for line in lines(kept)] == ["a", "b"]
    assert [line["message"] for line in lines(path)] == ["c"]


def test_file_that_cannot_be_written_fails(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SinkFailed, match="cannot be written"):
        asyncio.run(FileSink(tmp_path / "file" / "below").send([event()]))


def posted(
    make: Callable[[httpx2.AsyncClient], EventSink], answer: int | Exception = 200
) -> httpx2.Request:
    """Return the request that a sink sends for one message and one with a partition."""
    seen: list[httpx2.Request] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        if isinstance(answer, Exception):
            raise answer
        return httpx2.Response(answer)

    async def scenario() -> None:
        async with httpx2.AsyncClient(transport=httpx2.MockTransport(respond)) as client:
            await make(client).send([event(), event("two", partition="p")])

    asyncio.run(scenario())
    return seen[0]


def test_http_endpoint_gets_lines() -> None:
    request = posted(lambda client: HttpSink(client, URL, headers={"authorization": "t"}))
    assert (request.method, str(request.url)) == ("POST", URL)
    assert request.headers["content-type"] == "application/x-ndjson"
    assert request.headers["authorization"] == "t"
    messages = [json.loads(line)["message"] for line in request.content.splitlines()]
    assert messages == ["hello", "two"]


def test_collector_gets_log_records() -> None:
    request = posted(lambda client: OtlpSink(client, URL))
    assert request.headers["content-type"] == "application/json"
    (resource,) = json.loads(request.content)["resourceLogs"]
    first, second = resource["scopeLogs"][0]["logRecords"]
    assert first["timeUnixNano"] == "1500000000"
    assert first["body"] == {"stringValue": "hello"}
    assert [one["key"] for one in second["attributes"]] == [
        "headgate.logger.id",
        "headgate.request.id",
        "headgate.partition",
    ]


@pytest.mark.parametrize("answer", [500, 302, httpx2.ConnectError("no")])
def test_endpoint_that_does_not_take_a_batch_fails(answer: int | Exception) -> None:
    with pytest.raises(SinkFailed, match="collector"):
        posted(lambda client: HttpSink(client, URL), answer)


async def sent_to(url: str, status: int, headers: dict[str, str] | None = None) -> None:
    transport = httpx2.MockTransport(lambda request: httpx2.Response(status))
    async with httpx2.AsyncClient(transport=transport) as client:
        await HttpSink(client, url, headers=headers).send([event()])


@pytest.mark.parametrize("status", [400, 413])
def test_batch_that_would_be_refused_again_is_told_from_a_sink_that_is_down(status: int) -> None:
    with pytest.raises(BatchRefused, match=str(status)):
        asyncio.run(sent_to(URL, status))


def test_secrets_of_a_url_are_not_told() -> None:
    with pytest.raises(SinkFailed) as caught:
        asyncio.run(sent_to("http://user:secret@collector.test/in?code=secret", 503))
    assert str(caught.value) == "collector.test/in answered 503"


@pytest.mark.parametrize(
    ("url", "headers"), [("http://[", None), (URL, {"x": "\u20ac"}), (URL, {"x": "a\r\nb: c"})]
)
def test_request_that_cannot_be_sent_is_a_failure_of_the_sink(
    url: str, headers: dict[str, str] | None
) -> None:
    with pytest.raises(SinkFailed):
        asyncio.run(sent_to(url, 503, headers))
