"""What `quota` and `quota-by-key` share: asking, counting, charging bytes in the end.

Sources: apim.md 2.1, 2.4, 2.5 and 2.7.
"""

from __future__ import annotations

from headgate.limits.calendar import LIFETIME, PeriodName, bounds, cycle
from headgate.limits.humanised import clock_form
from headgate.limits.operations import (
    AddCalls,
    CountCalls,
    CounterId,
    Full,
    Level,
    QuotaRule,
    Read,
    Refused,
)
from headgate.model.clock import SECOND, Micros
from headgate.model.context import Context
from headgate.model.errors import CallError
from headgate.policy.admission import no_room
from headgate.policy.effects import Apply, Steps

KILOBYTE = 1024
"""Bytes; documents give bandwidth in kilobytes."""


class QuotaAccount:
    """What one call was counted under: once under each counter, however many policies name it."""

    __slots__ = ("counted", "owed")

    def __init__(self) -> None:
        self.counted: set[CounterId] = set()
        self.owed: list[QuotaRule] = []
        """Rules for bytes, which are known when the call has ended."""


def account_of(context: Context) -> QuotaAccount:
    """Return the account of a call."""
    account: QuotaAccount | None = context.owners.get(QuotaAccount)
    if account is None:
        account = context.owners[QuotaAccount] = QuotaAccount()
    return account


def period_of(seconds: int, start: Micros) -> PeriodName:
    """Return the period of a quota that renews after so many seconds; 0: never."""
    return cycle(seconds, start) if seconds else LIFETIME


def quota_rules(
    key: str, period: PeriodName, *, calls: int | None, bandwidth: int | None
) -> list[QuotaRule]:
    """Return the rules for so many calls and kilobytes; bytes are asked about first."""
    rules = []
    if bandwidth is not None:
        rules.append(QuotaRule(key, bandwidth * KILOBYTE, period, kind="bytes"))
    if calls is not None:
        rules.append(QuotaRule(key, calls, period, kind="calls"))
    return rules


def admit(context: Context, rules: list[QuotaRule], *, source: str, counts: bool) -> Steps[None]:
    """Ask whether a call fits under all rules, and count it if it `counts` at once.

    Raises CallError 403 if it does not fit, 503 if counters are full; it is counted nowhere then.
    Bytes fit while any are left: how many a call takes is not known before it has ended.
    """
    account = account_of(context)
    # The last question may count the call already: nothing that is asked after it can refuse.
    last = rules[-1]
    at_once = counts and last.kind == "calls" and last.counter not in account.counted
    for rule in rules:
        yield from _ask(context, rule, source=source, amount=int(at_once and rule is last))
    if at_once:
        account.counted.add(last.counter)
    if counts:
        yield from charge(context, rules, source=source)


def _ask(context: Context, rule: QuotaRule, *, source: str, amount: int) -> Steps[None]:
    if rule.counter not in account_of(context).counted:
        decision = yield from Apply(CountCalls(rule, amount))
        if isinstance(decision, Full):
            raise no_room(decision, source=source)
        fits = not isinstance(decision, Refused)
    else:
        # An earlier policy has counted this call: it does not stand in its own way.
        level = yield from Apply(Read(rule.counter))
        assert isinstance(level, Level)
        own = 1 if rule.kind == "calls" else 0
        fits = level.used - own < rule.limit
    if not fits:
        raise refusal(context, rule, source=source)


def charge(context: Context, rules: list[QuotaRule], *, source: str) -> Steps[None]:
    """Count a call under rules that have not counted it; bytes are put off until it has ended.

    Raises CallError 503 if counters are full: an answer that cannot be counted is not handed out.
    """
    account = account_of(context)
    for rule in rules:
        if rule.counter in account.counted:
            continue
        account.counted.add(rule.counter)
        if rule.kind == "bytes":
            account.owed.append(rule)
        else:
            decision = yield from Apply(AddCalls(rule, 1))
            if isinstance(decision, Full):
                raise no_room(decision, source=source)


def charge_bytes(context: Context) -> Steps[None]:
    """Charge a call that has ended the bytes of its two bodies."""
    account: QuotaAccount | None = context.owners.get(QuotaAccount)
    if account is not None:
        for rule in account.owed:
            # A counter that has no room now is of a key that has used nothing: it may begin anew.
            yield from Apply(AddCalls(rule, context.received + context.sent))


def refusal(context: Context, rule: QuotaRule, *, source: str) -> CallError:
    """Return the error of a call that does not fit (apim.md 2.7)."""
    message = f"Out of {'bandwidth' if rule.kind == 'bytes' else 'call volume'} quota."
    headers: tuple[tuple[str, str], ...] = ()
    # A quota of nothing, and one that is never renewed, have no time to try again.
    if rule.limit and rule.period != LIFETIME:
        now = context.clock.now()
        seconds = -(-(bounds(rule.period, now)[1] - now) // SECOND)
        message += f" Quota will be replenished in {clock_form(seconds)}."
        headers = (("Retry-After", str(seconds)),)
    return CallError(403, message, source=source, reason="QuotaExceeded", headers=headers)
