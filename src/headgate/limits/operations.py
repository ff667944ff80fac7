"""What one may ask of the counters, and what they answer.

State is usage; the limit arrives with the question (design: limits, section 1). Every operation is
atomic over all counters that it names. Amounts are tokens or calls and never negative.

A reservation belongs to one call. Every token limit of the call opens or extends it under the same
id; it ends with `Settle` or `Release`, whichever comes first, and what is asked under the id of a
reservation that has ended books nothing. Ids are never used twice.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Literal

import msgspec

from headgate.limits.calendar import PeriodName
from headgate.model.clock import SECOND

AdmissionMode = Literal["apim", "bounded", "strict"]
"""`apim` holds nothing; `bounded` holds what a call may complete but asks for room for its prompt
only; `strict` asks for room for both, so that nothing goes over (design: limits, section 2)."""

Kind = Literal["tokens", "calls", "bytes", "cost"]
"""Amounts of `cost` are billionths (1e-9) of the currency's unit: a price of 0.15 per million
tokens is 150 a token. Whoever prices a call rounds up once per call."""

CounterId = tuple[Kind, int | PeriodName, str]
"""Kind, window in microseconds or name of the period, key. One counter for the whole gateway."""

KEY_LENGTH_MAX = 256
"""Characters of a key that are kept as they are; a longer one is known by its digest."""


def _kept(key: str) -> str:
    """Return the key, or a digest of one so long that many of them would fill the memory."""
    if len(key) <= KEY_LENGTH_MAX:
        return key
    return f"sha256:{sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()}"


class RateRule(msgspec.Struct, frozen=True, gc=False):
    """At most `limit` in any `window` microseconds, of one key."""

    key: str
    limit: int
    window: int = 60 * SECOND
    kind: Kind = "tokens"

    @property
    def counter(self) -> CounterId:
        """Return the counter that this rule reads and charges."""
        return (self.kind, self.window, _kept(self.key))


class QuotaRule(msgspec.Struct, frozen=True, gc=False):
    """At most `limit` in one period (UTC), of one key."""

    key: str
    limit: int
    period: PeriodName
    kind: Kind = "tokens"

    @property
    def counter(self) -> CounterId:
        """Return the counter that this rule reads and charges."""
        return (self.kind, self.period, _kept(self.key))


Rule = RateRule | QuotaRule


class Reserve(msgspec.Struct, frozen=True, gc=False):
    """Admit a call: charge its prompt and hold its completion under all rules, or none.

    `id` names the call's reservation; a second Reserve with the same id extends it. A counter is
    charged once per reservation: a rule on a counter that it has charged already tests its own
    limit and adds only what is missing. `lifetime` is after how many microseconds of the store's
    own time the hold ends by itself; the first Reserve of an id decides. `limit_may_change` says
    that the limits were computed for this call, so that a call too large today may fit tomorrow.

    `prompt` and `hold` are tokens, `cost_prompt` and `cost_hold` what those cost; a rule of kind
    `cost` tests and books the latter. `hold` is 0 where there is no completion; under each rule it
    is clamped to max(choices, limit - prompt), and it is not held in mode `apim`.

    In mode `strict` the call is granted as much of `hold` as all rules have room for, a multiple of
    `choices`, and refused if that is less than `hold_least` (clamped like `hold`). `hold_least` is
    `hold` where the client named the cap, else the least completion worth a call. What a
    reservation was granted never rises again; where a later rule grants less, less is held under
    the earlier ones too. The provider has to enforce what was granted.
    """

    id: str
    rules: tuple[Rule, ...]
    prompt: int
    hold: int
    mode: AdmissionMode
    lifetime: int
    limit_may_change: bool = False
    hold_least: int = 1
    choices: int = 1
    cost_prompt: int = 0
    cost_hold: int = 0


class Weighed(msgspec.Struct, frozen=True, gc=False):
    """What one rule was tested with, in the unit of its counter.

    The call passes if used + held + needed <= limit; used and held are those of other calls.
    `prompt` is what the call will have charged, `hold` what it asks to hold under this rule.
    """

    used: int
    held: int
    prompt: int
    hold: int
    needed: int
    limit: int


class Granted(msgspec.Struct, frozen=True, gc=False):
    """The call may go on; `remaining` is what it leaves under each rule, in order.

    That is limit - used - held of other calls - own prompt, at least 0; a call's own hold is never
    subtracted (design: limits, section 3).
    """

    remaining: tuple[int, ...]
    hold: int = 0
    """Completion tokens of the call, all choices together, that are granted by all rules so far. In
    `strict` the cap that the provider has to enforce; in `bounded` the line at which an overrun
    begins, and a stream may be cut; in `apim` what was asked for."""
    tested: tuple[Weighed, ...] = ()


class Refused(msgspec.Struct, frozen=True, gc=False):
    """The call may not go on, and nothing was written.

    `rule` is the index of the rule that refused; quotas are asked before rates. `wait` is how long,
    in microseconds, until this very call would pass under all rules if nothing else happened; None:
    it can never fit. `remaining` is 0 where the call does not fit, else what is left. `needed` is
    what the call asks of the limit, at least 1. `waits_on_holds` says that calls in flight are in
    the way, so that the wait is a guess.
    """

    rule: int
    wait: int | None
    remaining: tuple[int, ...]
    needed: int
    limit: int
    waits_on_holds: bool = False
    tested: tuple[Weighed, ...] = ()

    @property
    def retry_after(self) -> int | None:
        """Return the wait in whole seconds, rounded up, at least 1; None: never."""
        return None if self.wait is None else max(1, -(-self.wait // SECOND))


class Seen(msgspec.Struct, frozen=True, gc=False):
    """Completion tokens of a call that have passed so far; the new ones move from held to used.

    `cost` is what they cost so far, without the prompt.
    """

    id: str
    tokens: int
    cost: int = 0


class Progress(msgspec.Struct, frozen=True, gc=False):
    """What all streams of a node have seen, in one operation; a node sends it once a second."""

    seen: tuple[Seen, ...]


class Settle(msgspec.Struct, frozen=True, gc=False):
    """What a call really used. Books the difference to what it was charged, once per id.

    Debt goes to the current slot, a refund to the slots charged, newest first, only those that
    still count. What is left of the hold is dropped.
    """

    id: str
    prompt: int
    completion: int
    cost: int = 0
    """What the whole call cost; booked under rules of kind `cost`."""


class Release(msgspec.Struct, frozen=True, gc=False):
    """The call never reached a backend: what it was charged and what it holds is taken back."""

    id: str


class Settled(msgspec.Struct, frozen=True, gc=False):
    """The reservation has ended, by `Settle` or `Release`; empty if it had ended before."""

    remaining: dict[CounterId, int]
    """What is left under each of its counters, by the limit last asked about."""
    charged: int
    """Tokens that the call was charged in all."""
    debt: int = 0
    """Tokens beyond the prompt and the hold with which the call was admitted (invariant I3)."""
    expired: bool = False
    """Whether the reservation had expired: a difference was booked to it late."""


class CountCalls(msgspec.Struct, frozen=True, gc=False):
    """Count calls or bytes under a rule if they fit. An amount of 0 asks whether one would."""

    rule: Rule
    amount: int = 1


class AddCalls(msgspec.Struct, frozen=True, gc=False):
    """Count calls without asking: what a deferred increment does (apim.md 2.3)."""

    rule: Rule
    amount: int


class Counted(msgspec.Struct, frozen=True, gc=False):
    """What is left under the rule after counting."""

    remaining: int


class Read(msgspec.Struct, frozen=True, gc=False):
    """Ask for a counter's state."""

    counter: CounterId


class Level(msgspec.Struct, frozen=True, gc=False):
    """A counter's state: charged in the window or period, and held by calls in flight."""

    used: int
    held: int


class ListCounters(msgspec.Struct, frozen=True, gc=False):
    """Ask for the names of all counters, in no order. They may be many: see `limits.listing`."""


class Listed(msgspec.Struct, frozen=True, gc=False):
    """The counters that there were at one instant."""

    counters: tuple[CounterId, ...]


LOOK_MAX = 200
"""Counters that one `Look` may name: three milliseconds in which nothing else is done."""


class Look(msgspec.Struct, frozen=True, gc=False):
    """Ask how some counters stand, at most LOOK_MAX."""

    counters: tuple[CounterId, ...]


class Standing(msgspec.Struct, frozen=True, gc=False):
    """How a counter stands. Times are microseconds from now, if nothing else happens."""

    counter: CounterId
    used: int
    held: int
    limit: int | None
    """The limit last asked about; None: nobody asked since the counter was restored."""
    frees_in: int
    """Until some of what is used is free again; 0: nothing is used."""
    empties_in: int
    """Until all of it is."""

    @property
    def remaining(self) -> int | None:
        """Return what used and held leave of the limit, at least 0."""
        return None if self.limit is None else max(0, self.limit - self.used - self.held)


class Looked(msgspec.Struct, frozen=True, gc=False):
    """How those of the counters stand that there are, in the order asked for."""

    standings: tuple[Standing, ...]


class Reset(msgspec.Struct, frozen=True, gc=False):
    """Forget what a counter was charged. Open holds stay. The answer is the level left."""

    counter: CounterId


class Full(msgspec.Struct, frozen=True, gc=False):
    """There is no room for another counter or reservation, and nothing was written."""

    message: str
    """What is full, and why, for the operator."""
    of_keys: bool
    """Whether counters are what is too many: then a key takes too many values."""


class Done(msgspec.Struct, frozen=True, gc=False):
    """The operation, `Seen` or `Progress`, is carried out."""


Operation = (
    Reserve
    | Seen
    | Progress
    | Settle
    | Release
    | CountCalls
    | AddCalls
    | Read
    | ListCounters
    | Look
    | Reset
)
Decision = Granted | Refused | Settled | Counted | Level | Listed | Looked | Done | Full
