"""What a step may ask of the world: typed effects, performed by the gateway's driver.

An element yields an effect and gets its reply: `outcome = yield from Apply(operation)`. `Effect[R]`
iterates to a generator that yields the effect itself and returns the reply, so the reply has the
static type R. The driver is a trampoline: a reply that is at hand re-enters the generator at once,
without a task or an await. An operational failure is a reply value, never an exception thrown in.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any, Generic, Literal, TypeVar

import msgspec

from headgate.limits.operations import Decision, Operation
from headgate.model.clock import Micros
from headgate.model.errors import CallError, internal_error
from headgate.model.messages import Headers, Response, Url
from headgate.tokens.request import PromptParts

R = TypeVar("R")
T = TypeVar("T")


class Effect(Generic[R]):
    """One request to the driver; the reply has type R."""

    __slots__ = ()

    def __iter__(self) -> Generator[Effect[Any], Any, R]:
        """Yield the effect and return the driver's reply."""
        reply: R = yield self
        return reply


Steps = Generator[Effect[Any], Any, T]
"""A computation that asks for effects and returns T."""


class BodyFailed(msgspec.Struct, frozen=True):
    """A body could not be read whole."""

    kind: Literal["too-large", "peer-gone", "timeout", "malformed"]
    message: str


class ReadRequestBody(Effect[BodyFailed | None]):
    """Wait until `context.request.body` is complete."""

    __slots__ = ()


class ReadResponseBody(Effect[BodyFailed | None]):
    """Wait until `context.response.body` is complete; its bytes are no longer streamed."""

    __slots__ = ()


class CountPrompt(Effect[int]):
    """Count the tokens of a prompt with the vocabulary of its model; work is bounded."""

    __slots__ = ("model", "parts")

    def __init__(self, parts: PromptParts, model: str) -> None:
        self.parts = parts
        self.model = model


class CountText(Effect[int]):
    """Count the tokens of a text, e.g. of a completion whose usage never came."""

    __slots__ = ("model", "text")

    def __init__(self, text: str, model: str) -> None:
        self.text = text
        self.model = model


class Apply(Effect[Decision]):
    """Perform one atomic operation of the counter store."""

    __slots__ = ("operation",)

    def __init__(self, operation: Operation) -> None:
        self.operation = operation


class ForwardFailed(msgspec.Struct, frozen=True):
    """The upstream gave no usable answer head. Kinds are told apart for the caller (502, 504).

    `unsent` is a request that could not be sent to any backend: it says nothing about this one.
    """

    kind: Literal[
        "refused", "timeout", "broken", "tls", "malformed", "no-backend", "denied", "unsent"
    ]
    message: str


class Forward(Effect[ForwardFailed | None]):
    """Send `context.request` to `context.base`; on success `context.response` has its head.

    `timeout` is how long to wait for the answer's head, in microseconds (apim.md 6.5).
    """

    __slots__ = ("buffer_request_body", "follow_redirects", "timeout")

    def __init__(
        self, timeout: int, *, follow_redirects: bool = False, buffer_request_body: bool = False
    ) -> None:
        self.timeout = timeout
        self.follow_redirects = follow_redirects
        self.buffer_request_body = buffer_request_body


class TokenFailed(msgspec.Struct, frozen=True):
    """No managed-identity token could be had; whose fault it is stands in the message."""

    message: str


class FetchToken(Effect["str | TokenFailed"]):
    """Get an access token for a resource (apim.md 6.7)."""

    __slots__ = ("client_id", "resource")

    def __init__(self, resource: str, client_id: str | None) -> None:
        self.resource = resource
        self.client_id = client_id


class Sleep(Effect[None]):
    """Wait, in microseconds, as retry does between attempts."""

    __slots__ = ("duration",)

    def __init__(self, duration: Micros) -> None:
        self.duration = duration


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """A request of the gateway's own, beside the one that it forwards."""

    method: str
    url: Url
    headers: Headers
    body: bytes | None = None
    check_chain: bool = True
    """Whether the server's certificate has to be trusted."""
    check_name: bool = True
    """Whether the server's certificate has to be for this host."""


class Send(Effect[Response | ForwardFailed]):
    """Send a request of the gateway's own and get its answer, body complete (apim.md 9.8).

    `timeout`, in microseconds, is for the whole exchange. Redirects are not followed.
    """

    __slots__ = ("request", "timeout")

    def __init__(self, request: Outgoing, timeout: int) -> None:
        self.request = request
        self.timeout = timeout


class Dispatch(Effect[None]):
    """Send a request of the gateway's own; nobody waits for its answer, the call goes on."""

    __slots__ = ("request", "timeout")

    def __init__(self, request: Outgoing, timeout: int) -> None:
        self.request = request
        self.timeout = timeout


class Cached(msgspec.Struct, frozen=True):
    """A value that the cache had; it keeps its .NET type."""

    value: Any


class CacheLookup(Effect[Cached | None]):
    """Look a value up in the cache; None: it is not there, or the cache cannot be reached."""

    __slots__ = ("key",)

    def __init__(self, key: str) -> None:
        self.key = key


class CacheStore(Effect[None]):
    """Put a value into the cache for `duration` microseconds; a failure is silent for the call."""

    __slots__ = ("duration", "key", "value")

    def __init__(self, key: str, value: object, *, duration: int) -> None:
        self.key = key
        self.value = value
        self.duration = duration


class CacheRemove(Effect[None]):
    """Take a value out of the cache."""

    __slots__ = ("key",)

    def __init__(self, key: str) -> None:
        self.key = key


class SimilarLookup(Effect[Cached | None]):
    """Look for the value whose vector is closest to one, within a partition of the cache.

    None: nothing is as close as `distance`, which is 1 less the cosine of the angle.
    """

    __slots__ = ("distance", "partition", "vector")

    def __init__(self, partition: str, vector: Sequence[float], *, distance: float) -> None:
        self.partition = partition
        self.vector = vector
        self.distance = distance


class SimilarStore(Effect[None]):
    """Put a value under a vector into a partition of the cache for `duration` microseconds."""

    __slots__ = ("duration", "partition", "value", "vector")

    def __init__(
        self, partition: str, vector: Sequence[float], *, value: object, duration: int
    ) -> None:
        self.partition = partition
        self.vector = vector
        self.value = value
        self.duration = duration


class SigningKeys(msgspec.Struct, frozen=True):
    """What an OpenID provider says of itself: its issuer, and its keys as JSON Web Keys."""

    issuer: str
    keys: tuple[dict[str, Any], ...]


class FetchSigningKeys(Effect[SigningKeys | TokenFailed]):
    """Get the keys of an OpenID provider by the URL of its configuration document.

    They are held and renewed by the rim. `unknown_key` is a key id that the keys held do not have:
    they are fetched again, though not often, as the provider may have rotated them.
    """

    __slots__ = ("unknown_key", "url")

    def __init__(self, url: str, unknown_key: str | None = None) -> None:
        self.url = url
        self.unknown_key = unknown_key


class Together(Effect[tuple[Any, ...]]):
    """Run computations side by side, until `all` have ended or `any` one; the others are closed.

    The reply has what each of them returned, None for one that was closed. A computation handles
    its own failures, and asks neither to forward nor for the bodies of the call.
    """

    __slots__ = ("branches", "until")

    def __init__(self, branches: tuple[Steps[Any], ...], *, until: Literal["all", "any"]) -> None:
        self.branches = branches
        self.until = until


def not_beside(effect: Effect[Any]) -> CallError:
    """Return the error of a computation that may not ask for an effect beside others."""
    detail = f"{type(effect).__name__} is not possible where policies run side by side."
    return internal_error("wait", "NotPossibleInParallel", detail=detail)
