"""What the data plane expects of its neighbours, as protocols: adapters, taps, each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from headgate.limits.operations import Decision, Operation, Seen
from headgate.model.messages import Response
from headgate.policy.effects import Cached, ForwardFailed, Outgoing, SigningKeys, TokenFailed
from headgate.tokens.request import PromptParts


class CounterStore(Protocol):
    """Performs one atomic operation at once."""

    def apply(self, operation: Operation) -> Decision:
        """Return the decision."""
        ...


class TokenCounter(Protocol):
    """Counts tokens with the vocabulary of a model; its work is bounded."""

    def count(self, text: PromptParts | str, model: str) -> int:
        """Return the number of tokens."""
        ...


class TokenSource(Protocol):
    """Hands out access tokens for managed identities."""

    def held(self, resource: str, client_id: str | None) -> str | None:
        """Return a token that is at hand and still valid, so that a call need not wait."""
        ...

    async def fetch(self, resource: str, client_id: str | None) -> str | TokenFailed:
        """Get a token."""
        ...


class Ask(Protocol):
    """Sends a request of the gateway's own."""

    async def __call__(self, request: Outgoing, *, within: int) -> Response | ForwardFailed:
        """Return the answer, its body complete; `within` microseconds."""
        ...


class OpenIdProviders(Protocol):
    """Hands out the signing keys of OpenID providers, by the URL of their configuration."""

    def held(self, url: str, unknown_key: str | None) -> SigningKeys | None:
        """Return keys that are at hand and still valid, so that a call need not wait."""
        ...

    async def fetch(
        self, url: str, unknown_key: str | None, *, ask: Ask
    ) -> SigningKeys | TokenFailed:
        """Get the keys; `ask` sends a request within the bounds of the gateway's egress."""
        ...


class Cache(Protocol):
    """Keeps values for policies; bounded, so that any value may be gone at any time."""

    def lookup(self, key: str) -> Cached | None:
        """Return a value that is there."""
        ...

    def store(self, key: str, value: object, *, duration: int) -> None:
        """Keep a value for `duration` microseconds."""
        ...

    def remove(self, key: str) -> None:
        """Forget a value."""
        ...


class SimilarCache(Protocol):
    """Keeps values by vectors for policies; bounded, so that any may be gone at any time."""

    def lookup(self, partition: str, vector: Sequence[float], *, distance: float) -> Cached | None:
        """Return the value whose vector is closest, if it is no farther away."""
        ...

    def store(
        self, partition: str, vector: Sequence[float], *, value: object, duration: int
    ) -> None:
        """Keep a value for `duration` microseconds."""
        ...


class Tap(Protocol):
    """Who follows a streamed answer, and may hold bytes back, change them or end it."""

    @property
    def ended(self) -> bool:
        """Whether what `feed` returned last is the end of the answer."""
        ...

    def feed(self, chunk: bytes) -> bytes:
        """Return what to pass on for a part of the answer."""
        ...

    def finish(self) -> bytes:
        """Return what is still held back."""
        ...


class Client(Protocol):
    """The client's connection, as the driver sees it."""

    full: bool
    """Whether the client is not reading: its write buffer is over the window."""

    def write(self, data: bytes) -> None:
        """Write a part of the answer."""
        ...

    def connection_line(self) -> bytes:
        """Return the Connection header line that the answer needs, or nothing."""
        ...

    def ask_for_body(self) -> None:
        """Say that the body is wanted: send 100 Continue if the client waits for it."""
        ...

    def pause_body(self) -> None:
        """Stop reading the request."""
        ...

    def resume_body(self) -> None:
        """Read the request again."""
        ...

    def close_after_answer(self) -> None:
        """Serve no other request on this connection."""
        ...

    def break_off(self) -> None:
        """End the connection so that the client sees a broken answer."""
        ...

    def on_call_done(self) -> None:
        """The call has been concluded; the next request may be served."""
        ...


class Connection(Protocol):
    """A client connection, as the server sees it."""

    def sweep(self, now: float) -> None:
        """Look after the deadlines."""
        ...

    def progress(self) -> Seen | None:
        """Return what has passed of a streamed answer that a limit holds tokens for."""
        ...

    def drain(self) -> None:
        """Close when idle; an answer that is on its way closes behind itself."""
        ...

    def cut(self) -> None:
        """Close at once, whatever is on its way."""
        ...
