"""Requests to pages of the management port, without a port."""

from __future__ import annotations

import asyncio
import json
from collections.abc import MutableMapping, Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.routing import Route

JSON = {"content-type": "application/json; charset=utf-8"}


class Pages:
    """Some pages, to be asked."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self.app = Starlette(routes=routes)

    def ask(
        self,
        path: str,
        query: dict[str, object] | None = None,
        *,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        host: str = "127.0.0.1:8081",
    ) -> tuple[int, Any]:
        """Send a GET, or a POST where there is a body; return status and JSON."""
        given = {"host": host, **(headers or {})}
        scope = {
            "type": "http",
            "method": "GET" if body is None else "POST",
            "path": path,
            "raw_path": path.encode(),
            "query_string": urlencode(query or {}).encode(),
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
            "root_path": "",
        }
        sent: list[MutableMapping[str, Any]] = []

        async def receive() -> MutableMapping[str, Any]:
            return {"type": "http.request", "body": body or b"", "more_body": False}

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        async def call() -> None:
            await self.app(scope, receive, send)

        asyncio.run(call())
        return sent[0]["status"], json.loads(b"".join(one.get("body", b"") for one in sent))

    def post(
        self, path: str, body: object, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """Send JSON, or bytes as they are."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.ask(path, body=data, headers=JSON if headers is None else headers)
