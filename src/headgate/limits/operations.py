"""What one may ask of the counters, and what they answer.

State is usage; the limit arrives with the question (design: limits, section 1). Every operation is
atomic over all counters that it names.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from headgate.limits.calendar import Period
from headgate.model.clock import SECOND, Micros

AdmissionMode = Literal["apim", "bounded"]
Kind = Literal["tokens", "calls"]

CounterId = tuple[str, int | str, str]
"""Kind, window in microseconds or name of the period, key. One counter for the whole gateway."""


class RateRule(msgspec.Struct, frozen=True):
    """At most `limit` in any `window` microseconds, of one key."""

    key: str
    limit: int
    window: int = 60 * SECOND
    kind: Kind = "tokens"

    @property
    def counter(self) -> CounterId:
        """Return the counter that this rule reads and charges."""
        return (self.kind, self.window, self.key)


class QuotaRule(msgspec.Struct, frozen=True):
    """At most `limit` in one calendar period (UTC), of one key."""

    key: str
    limit: int
    period: Period
    kind: Kind = "tokens"

    @property
    def counter(self) -> CounterId:
        """Return the counter that this rule reads and charges."""
        return (self.kind, self.period, self.key)


Rule = RateRule | QuotaRule


class Reserve(msgspec.Struct):
    """Admit a call: charge its prompt and hold its completion under all rules, or none.

    `id` names the call's reservation; a second Reserve with the same id extends it. `hold` is
    clamped under each rule to max(1, limit - prompt) unless it is 0. `expires` is when the
    reservation settles itself. `limit_may_change` says that the limits were computed for this
    call, so that a call too large today may fit tomorrow.
    """

    id: str
    rules: tuple[Rule, ...]
    prompt: int
    hold: int
    mode: AdmissionMode
    expires: Micros
    limit_may_change: bool = False


class Granted(msgspec.Struct):
    """The call may go on; `remaining` is what it leaves under each rule, in order."""

    remaining: tuple[int, ...]


class Refused(msgspec.Struct):
    """The call may not go on, and nothing was written.

    `rule` is the index of the rule that refused. `wait` is how long, in microseconds, until this
    very call would pass if nothing else happened; None: it can never fit. `waits_on_holds` says
    that calls in flight are in the way, so that the wait is a guess.
    """

    rule: int
    wait: int | None
    remaining: tuple[int, ...]
    needed: int
    limit: int
    waits_on_holds: bool = False

    @property
    def retry_after(self) -> int | None:
        """Return the wait in whole seconds, rounded up, at least 1; None: never."""
        return None if self.wait is None else max(1, -(-self.wait // SECOND))


class Seen(msgspec.Struct):
    """Completion tokens of a call that have passed so far; they move from held to used."""

    id: str
    tokens: int


class Settle(msgspec.Struct):
    """What a call really used. Books the difference to what it was charged, once per id."""

    id: str
    prompt: int
    completion: int


class Release(msgspec.Struct):
    """The call never reached a backend: everything that it was charged is taken back."""

    id: str


class Settled(msgspec.Struct):
    """What is left under each counter of the reservation, by the limit last asked about."""

    remaining: dict[CounterId, int]
    charged: int
    """Tokens booked by this settlement beyond what was charged before; negative: a refund."""


class CountCalls(msgspec.Struct):
    """Count calls under a rule if they fit. An amount of 0 asks whether one more would."""

    rule: RateRule
    amount: int = 1


class AddCalls(msgspec.Struct):
    """Count calls without asking: what a deferred increment does."""

    rule: RateRule
    amount: int


class Counted(msgspec.Struct):
    """What is left under the rule after counting."""

    remaining: int


class Read(msgspec.Struct):
    """Ask for a counter's state."""

    counter: CounterId


class Level(msgspec.Struct):
    """A counter's state: charged in the window or period, and held by calls in flight."""

    used: int
    held: int


class Reset(msgspec.Struct):
    """Forget what a counter was charged. Open holds stay."""

    counter: CounterId


Operation = Reserve | Seen | Settle | Release | CountCalls | AddCalls | Read | Reset
Decision = Granted | Refused | Settled | Counted | Level
