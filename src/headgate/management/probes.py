"""What orchestrators and Prometheus ask: `/healthz`, `/readyz`, `/metrics` (design: security).

These three need no sign-in and show neither prompts nor keys.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"


def probes(ready: Callable[[], bool], metrics: Callable[[], bytes]) -> Starlette:
    """Return the application. `ready`: may a balancer send calls here; `metrics`: the text."""

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> Response:
        if ready():
            return PlainTextResponse("ready\n")
        return PlainTextResponse("not ready\n", status_code=503)

    async def render(_: Request) -> Response:
        return Response(metrics(), headers={"content-type": EXPOSITION})

    return Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", render),
        ]
    )
