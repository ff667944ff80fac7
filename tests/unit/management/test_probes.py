"""Probes and metrics as an orchestrator sees them."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest
from starlette.types import ASGIApp

from headgate.management.probes import EXPOSITION, probes


def get(app: ASGIApp, path: str) -> tuple[int, dict[str, str], bytes]:
    """Call an application as a server would."""
    sent: list[MutableMapping[str, Any]] = []
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
        "root_path": "",
    }

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    async def call() -> None:
        await app(scope, receive, send)

    asyncio.run(call())
    headers = {key.decode(): value.decode() for key, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent)


@pytest.mark.parametrize(("ready", "status"), [(True, 200), (False, 503)])
def test_readiness_follows_the_gateway(ready: bool, status: int) -> None:
    assert get(probes(lambda: ready, lambda: b""), "/readyz")[0] == status


def test_health_does_not_depend_on_readiness() -> None:
    assert get(probes(lambda: False, lambda: b""), "/healthz")[0] == 200


def test_metrics_are_rendered_at_every_scrape() -> None:
    texts = iter([b"a 1\n", b"a 2\n"])
    app = probes(lambda: True, lambda: next(texts))
    status, headers, body = get(app, "/metrics")
    assert (status, headers["content-type"], body) == (200, EXPOSITION, b"a 1\n")
    assert get(app, "/metrics")[2] == b"a 2\n"


def test_anything_else_is_not_found() -> None:
    assert get(probes(lambda: True, lambda: b""), "/")[0] == 404
