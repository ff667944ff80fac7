"""Traces of recent calls, and the tokens that let calls be traced (apim.md 10.2).

`GET /traces/{id}` and `POST /debug-credentials`; docs/tracing.md has the fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from headgate.management.pages import Refusal, as_json, guarded, read_json

DURATION = re.compile(r"PT(?=[0-9])(?:([0-9]{1,2})H)?(?:([0-9]{1,4})M)?(?:([0-9]{1,5})S)?")
"""A duration of ISO 8601 in hours, minutes and seconds."""


class CredentialsBody(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    """What a debug token is asked for: an API, and how long at most, `PT1H` or less."""

    api_id: str
    credentials_expire_after: str = "PT1H"
    purposes: tuple[str, ...] = ("tracing",)


class TracePages:
    """The two requests. `find` returns a trace by its id, `issue` a token for an API and seconds.

    `issue` raises ValueError for an API that does not exist.
    """

    def __init__(
        self,
        find: Callable[[str], dict[str, Any] | None],
        issue: Callable[[str, int], str],
        *,
        host: str,
    ) -> None:
        self._find = find
        self._issue = issue
        self._host = host

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/traces/{id}", guarded(self._trace, host=self._host)),
            Route(
                "/debug-credentials",
                guarded(self._credentials, host=self._host),
                methods=["POST"],
            ),
        ]

    async def _trace(self, request: Request) -> Response:
        found = self._find(request.path_params["id"])
        if found is None:
            raise Refusal(404, "There is no such trace; the last 100 are kept for an hour")
        return as_json(found)

    async def _credentials(self, request: Request) -> Response:
        body = await read_json(request, CredentialsBody)
        if body.purposes != ("tracing",):
            raise Refusal(400, 'purposes has to be ["tracing"]')
        seconds = duration(body.credentials_expire_after)
        try:
            token = self._issue(body.api_id, seconds)
        except ValueError as error:
            raise Refusal(404, str(error)) from error
        return as_json({"token": token})


def duration(text: str) -> int:
    """Return the seconds of a duration of at most an hour. Raises Refusal."""
    found = DURATION.fullmatch(text)
    hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    total = (hours * 60 + minutes) * 60 + seconds
    if not 0 < total <= 3600:
        raise Refusal(400, f"credentialsExpireAfter is {text[:40]!r}: expected up to PT1H")
    return total
