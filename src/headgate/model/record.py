"""What is kept of one finished call: the usage record, and the decisions of its limits.

A record is made once per call, on its way out, so all of it is plain values: no dictionary, nothing
that the garbage collector has to follow. Texts are empty where there is nothing to say.
"""

from __future__ import annotations

import msgspec

from headgate.model.clock import Micros
from headgate.model.usage import TokenUsage

CounterKey = tuple[str, int | str, str]
"""Kind (`tokens`, `calls`), window in microseconds or name of the period, key."""

NANO = 1_000_000_000
"""Cost counts in billionths of the currency's unit."""


class CounterReading(msgspec.Struct, frozen=True, gc=False):
    """One counter as a limit found it: what all other calls had used and held at that instant.

    Amounts are in the unit of the counter: tokens, calls, or billionths of the currency's.
    """

    counter: CounterKey
    limit: int
    used: int
    held: int
    remaining: int
    """What the caller was told is left."""
    needed: int = 0
    """What there had to be room for: the prompt, in `strict` the completion too; at least 1."""


class Admission(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One question to the counters with its answer; appended to `Context.facts` by who asked."""

    source: str
    """The element, such as `llm-token-limit`."""
    path: str = ""
    """Where it stands in its document."""
    mode: str
    """How it admits (limits, section 2): `apim`, `bounded`, `strict`; empty for calls."""
    asked: int
    """The prompt's tokens, or calls."""
    hold: int = 0
    """Completion tokens to be held."""
    counters: tuple[CounterReading, ...]
    refused_by: int | None = None
    """Index of the counter that refused; None: granted."""
    wait: int | None = None
    """After a refusal: microseconds until this very call would pass; None: never."""
    waits_on_holds: bool = False
    """The wait is a guess, since calls in flight are in the way."""


class UsageRecord(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One finished call; refused and aborted ones too. Times are in microseconds."""

    id: str
    """Of the call and of its reservation."""
    time: Micros
    """When the call began."""
    duration: int
    first_token: int | None = None
    """From the call's begin to the first byte of the answer's body."""
    api: str = ""
    operation: str = ""
    product: str = ""
    subscription: str = ""
    user: str = ""
    model: str = ""
    backend: str = ""
    """Id of the backend, else its host."""
    dialect: str = ""
    usage: TokenUsage | None = None
    """None: the call reached no model, or nobody metered it."""
    cost: int | None = None
    """Billionths of the currency's unit; None: the model has no price."""
    currency: str = ""
    status: int = 0
    ending: str = "complete"
    """`complete`, `refused`, `failed`, or how the exchange broke, such as `client-gone`."""
    source: str = ""
    """The element or built-in step that refused or failed the call."""
    reason: str = ""
    attempts: int = 0
    """How often the request was sent to a backend."""
    retry_after: int | None = None
    """Seconds, as the caller was told."""
    admissions: tuple[Admission, ...] = ()

    @property
    def basis(self) -> str:
        """Return how the tokens are known; empty where there are none."""
        return "" if self.usage is None else self.usage.basis
