"""Where tokens come from: a fixed value, a file, or an OAuth 2.0 token endpoint."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx2
import orjson

from headgate.identity.tokens import AUTHORIZATION, Token, TokenError
from headgate.model.clock import SECOND, Clock, Micros
from headgate.model.errors import Fault

FOREVER = Micros(1 << 62)
FILE_AGE = 10 * SECOND
"""Microseconds after which a file is read again: it may have been rotated."""
TOKEN_BYTES_MAX = 64 * 1024
LIFETIME_DEFAULT = 3600
"""Seconds that a token is taken to live whose issuer does not say (RFC 6749, 5.1)."""
STALE_SHARE = 10
"""A token is stale for the last tenth of its life, at most STALE_MAX."""
STALE_MAX = 300 * SECOND
TIMEOUT = httpx2.Timeout(10.0)


class StaticToken:
    """A token that never changes, such as a key that a service takes for one."""

    def __init__(self, value: str) -> None:
        self._token = Token(value, FOREVER, FOREVER)

    async def token(self, resource: str, client_id: str | None) -> Token:
        """Return the token."""
        return self._token


class FileToken:
    """A token in a file that somebody else renews, such as a projected service account token."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock

    async def token(self, resource: str, client_id: str | None) -> Token:
        """Return what the file holds now. Raises TokenError."""
        try:
            raw = await asyncio.to_thread(self._read)
            value = raw.decode("ascii").strip()
        except OSError as error:
            reason = f"the token file {self._path} cannot be read: {error.strerror}"
            raise TokenError(reason, Fault.OPERATOR) from error
        except UnicodeDecodeError as error:
            raise TokenError(f"{self._path} holds no token", Fault.OPERATOR) from error
        if not value or len(raw) > TOKEN_BYTES_MAX:
            raise TokenError(f"{self._path} holds no token", Fault.OPERATOR)
        stale = Micros(self._clock.now() + FILE_AGE)
        return Token(value, stale, stale)

    def _read(self) -> bytes:
        with self._path.open("rb") as stream:
            return stream.read(TOKEN_BYTES_MAX + 1)


class ClientCredentials:
    """The client credentials grant (RFC 6749, 4.4), as Microsoft Entra ID and others offer it."""

    def __init__(
        self,
        client: httpx2.AsyncClient,
        clock: Clock,
        *,
        token_url: str,
        client_id: str,
        client_secret: str,
        scope: str | None = None,
    ) -> None:
        """`scope`: what to ask for; without one it is `RESOURCE/.default`, for connections none."""
        self._client = client
        self._clock = clock
        self._token_url = token_url
        self._form = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
        }
        self._scope = scope

    async def token(self, resource: str, client_id: str | None) -> Token:
        """Ask the endpoint. Raises TokenError."""
        scope = self._scope
        if scope is None and not resource.startswith(AUTHORIZATION):
            scope = f"{resource.rstrip('/')}/.default"
        began = self._clock.now()
        try:
            status, body = await self._post(self._form | ({"scope": scope} if scope else {}))
        except httpx2.HTTPError as error:
            reason = f"{self._token_url} gave no answer: {type(error).__name__}"
            raise TokenError(reason, Fault.UPSTREAM) from error
        answer = _object(body)
        value = answer.get("access_token")
        if status != 200 or not isinstance(value, str) or not value:
            raise _refused(self._token_url, status, answer=answer)
        lifetime = _seconds(answer.get("expires_in")) * SECOND
        expires = Micros(began + lifetime)
        stale = Micros(expires - min(lifetime // STALE_SHARE, STALE_MAX))
        return Token(value, stale, expires)

    async def _post(self, form: dict[str, str]) -> tuple[int, bytes]:
        """Return status and body; a body that is too large is cut, and no JSON then."""
        request = self._client.stream(
            "POST", self._token_url, data=form, timeout=TIMEOUT, follow_redirects=False
        )
        async with request as response:
            body = b""
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > TOKEN_BYTES_MAX:
                    return response.status_code, b""
            return response.status_code, body


def _object(body: bytes) -> dict[str, Any]:
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _refused(token_url: str, status: int, *, answer: dict[str, Any]) -> TokenError:
    """Return the error for an answer without a token; the secret is never part of it."""
    code = answer.get("error")
    said = f" ({code})" if isinstance(code, str) else ""
    # 4xx says that what the operator configured is wrong, unless it only asks for patience.
    fault = Fault.OPERATOR if 400 <= status < 500 and status != 429 else Fault.UPSTREAM
    return TokenError(f"{token_url} answered {status} without a token{said}", fault)


def _seconds(value: Any) -> int:
    """Return a lifetime; some issuers write it as text."""
    try:
        return max(0, min(int(value), 7 * 86_400))
    except (TypeError, ValueError):
        return LIFETIME_DEFAULT
