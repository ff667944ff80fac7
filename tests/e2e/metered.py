"""What tests of exact limits share: a service, cheap streams, both sides' books."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import msgspec

from tests.e2e.processes import Process

SECONDS = 60.0
"""How long one call may take."""
CHAT = "/chat/completions"
KEY = "api-key"
FREE = ("--port", "0", "--management-port", "0")
POLICY = """<policies>
    <inbound>{inbound}</inbound>
    <backend><base /></backend>
    <outbound>
        <set-header name="x-call-id" exists-action="override">
            <value>@(context.RequestId.ToString())</value>
        </set-header>
    </outbound>
    <on-error>
        <set-header name="x-call-id" exists-action="override">
            <value>@(context.RequestId.ToString())</value>
        </set-header>
    </on-error>
</policies>"""
TOKEN_LIMIT = (
    '<llm-token-limit counter-key="@(context.Subscription.Id)" estimate-prompt-tokens="true"'
    ' tokens-per-minute="{limit}" token-quota="{quota}" token-quota-period="Yearly"'
    ' remaining-tokens-header-name="x-remaining" tokens-consumed-header-name="x-consumed"'
    ' remaining-quota-tokens-header-name="x-remaining-quota" />'
)
PLENTY = 1_000_000_000


def token_limit(limit: int = PLENTY, quota: int = PLENTY) -> str:
    """Return a token limit and quota of the caller's subscription."""
    return TOKEN_LIMIT.format(limit=limit, quota=quota)


class Service:
    """A service folder that is written bit by bit."""

    def __init__(self, root: Path, *, settings: str = "") -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        if settings:
            (root / "headgate.toml").write_text(settings)

    def api(self, name: str, *, to: str, inbound: str, key_header: str = KEY) -> None:
        """Pass on whatever comes below /NAME, under a policy."""
        folder = self.root / "apis" / name
        operation = folder / "operations" / "any"
        operation.mkdir(parents=True)
        api = {
            "displayName": name,
            "path": name,
            "serviceUrl": to,
            "subscriptionRequired": True,
            "acceptBearerKey": True,
            "subscriptionKeyParameterNames": {"header": key_header, "query": "subscription-key"},
        }
        (folder / "apiInformation.json").write_text(json.dumps({"properties": api}))
        any_post = {"displayName": "Anything", "method": "*", "urlTemplate": "/*"}
        information = json.dumps({"properties": any_post})
        (operation / "operationInformation.json").write_text(information)
        (folder / "policy.xml").write_text(POLICY.format(inbound=inbound))

    def subscription(self, *names: str) -> None:
        """Give somebody a key, which is the name followed by `-key`."""
        for name in names:
            folder = self.root / "subscriptions" / name
            folder.mkdir(parents=True)
            properties = {"displayName": name, "scope": "/apis", "primaryKey": f"{name}-key"}
            text = json.dumps({"properties": properties})
            (folder / "subscriptionInformation.json").write_text(text)


class Answer(msgspec.Struct):
    """An answer as far as it was read; the body still has the framing of its chunks."""

    status: int
    headers: dict[str, str]
    body: bytes
    left: bool
    """Whether the client hung up."""
    ended: float
    """By the clock of the machine."""

    @property
    def id(self) -> str:
        """Return the call's id."""
        return self.headers["x-call-id"]

    @property
    def complete(self) -> bool:
        """Return whether a streamed answer came to its end."""
        return self.body.endswith(b"data: [DONE]\n\n\r\n0\r\n\r\n")

    @property
    def order(self) -> int:
        """Return the number that the simulator gave the call."""
        return int(self.headers["x-simulator-order"])


class Client:
    """Makes calls without any library: hundreds at once cost little."""

    def __init__(self, process: Process, *, api: str, key: str) -> None:
        host, _, port = process.url.removeprefix("http://").rpartition(":")
        self._place = (host, int(port))
        self._path = f"/{api}"
        self._key = key

    async def chat(
        self,
        content: str = "Hello",
        *,
        leave_after: int | None = None,
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> Answer:
        """Call; with `stream=True` perhaps leave after so many events."""
        request = self._request(content, headers or {}, members)
        async with asyncio.timeout(SECONDS):
            reader, writer = await asyncio.open_connection(*self._place)
            try:
                writer.write(request)
                return await read(reader, leave_after)
            finally:
                # A reset, so that nothing that is on its way counts as read.
                writer.transport.abort()

    async def leave(
        self, after: float, *, unsent: int = 0, headers: Mapping[str, str], **members: Any
    ) -> None:
        """Call, perhaps without the last bytes of the request; hang up after so many seconds."""
        request = self._request("Hello", headers, members)
        _, writer = await asyncio.open_connection(*self._place)
        writer.write(request[: len(request) - unsent])
        await asyncio.sleep(after)
        writer.transport.abort()

    def _request(
        self, content: str, headers: Mapping[str, str], members: Mapping[str, Any]
    ) -> bytes:
        payload = {"model": "gpt-4o", "messages": [{"role": "user", "content": content}], **members}
        data = json.dumps(payload).encode()
        given = {KEY: self._key, "content-length": str(len(data)), "connection": "close"}
        lines = [f"{name}: {value}" for name, value in {**given, **headers}.items()]
        head = "\r\n".join([f"POST {self._path}{CHAT} HTTP/1.1", "host: gateway", *lines, "", ""])
        return head.encode() + data


async def read(reader: asyncio.StreamReader, leave_after: int | None) -> Answer:
    """Read an answer to its end, or until so many events have come."""
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
    pairs = (line.partition(": ") for line in lines if line)
    headers = {name.lower(): value for name, _, value in pairs}
    body, left = bytearray(), False
    with suppress(ConnectionResetError):
        while not left and (data := await reader.read(65536)):
            body += data
            left = leave_after is not None and body.count(b"data: {") >= leave_after
    return Answer(int(first.split()[1]), headers, bytes(body), left, time.time())


def ledger(simulator: Process, tag: str | None = None) -> dict[str, Any]:
    """Return the simulator's books once no call is on its way."""
    until = time.monotonic() + SECONDS
    while (shown := books(simulator, tag))["total"]["in_flight"]:
        assert time.monotonic() < until, "calls are on their way for ever"
    return shown


def books(simulator: Process, tag: str | None = None) -> dict[str, Any]:
    """Return the simulator's books as they are."""
    query = f"?tag={tag}" if tag else ""
    with urlopen(f"{simulator.url}/_ledger{query}", timeout=SECONDS) as answer:
        shown: dict[str, Any] = msgspec.json.decode(answer.read())
    return shown


def counters(gateway: Process) -> dict[str, tuple[int, int]]:
    """Return what each counter has used and held, by kind and window or period."""
    with urlopen(f"{gateway.management}/counters", timeout=SECONDS) as answer:
        rows = msgspec.json.decode(answer.read())["counters"]
    return {
        f"{row['kind']}/{row.get('window') or row['period']}": (row["used"], row["held"])
        for row in rows
    }


class Record(msgspec.Struct):
    """A usage record, as far as these tests look at it."""

    id: str
    time: int
    duration: int
    subscription: str
    model: str
    dialect: str
    basis: str
    ending: str
    status: int
    attempts: int
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    cache_write_tokens: int
    reasoning_tokens: int
    cost: int | None
    admissions: str

    @property
    def tokens(self) -> int:
        """Return prompt and completion."""
        return self.input_tokens + self.output_tokens

    @property
    def ended(self) -> float:
        """Return when the call ended, in seconds by the clock of the machine."""
        return (self.time + self.duration) / 1e6


def database_of(service: Path) -> Path:
    """Return where a gateway keeps the records of a folder."""
    return service / ".headgate" / "headgate.db"


def records(database: Path) -> list[Record]:
    """Return what a usage database holds by now."""
    names = ", ".join(Record.__struct_fields__)
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        rows = connection.execute(f"SELECT {names} FROM usage_records").fetchall()
    return [Record(*row) for row in rows]


def tokens_of(served: Mapping[str, int]) -> int:
    """Return prompt and completion of one call or of many in the simulator's ledger."""
    return served["prompt_tokens"] + served["completion_tokens"]


def allowed_error(record: Record) -> int:
    """Return how far the charge of an aborted call may be off (issue 3, point 3)."""
    return max(2, record.tokens // 100)


def asked_and_held(record: Record) -> tuple[int, int]:
    """Return the prompt that the limit was asked for, and the completion that it held."""
    [admission] = json.loads(record.admissions)
    return admission["asked"], admission["hold"]
