"""The invariants I1-I4 and I6 (design: limits, section 2), under any order of operations.

`Checker` is a second, naive account of what should have happened: it keeps every charge as an
instant and an amount, adds them up from scratch at every question, and shares no arithmetic with
`headgate.limits`. It is told of operations and decisions only.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from msgspec.structs import replace

from headgate.limits.counters import Counters
from headgate.limits.ledger import apply
from headgate.limits.operations import (
    AddCalls,
    AdmissionMode,
    CountCalls,
    Counted,
    CounterId,
    Decision,
    Granted,
    Level,
    Operation,
    Progress,
    QuotaRule,
    RateRule,
    Read,
    Refused,
    Release,
    Reserve,
    Reset,
    Rule,
    Seen,
    Settle,
    Settled,
)
from headgate.model.clock import SECOND, Micros

START = 1_764_547_200 * SECOND
HOUR = 3600 * SECOND
LENGTHS: dict[str, int] = {"Hourly": HOUR, "Daily": 24 * HOUR}
PRICE = 3
"""What a token costs in the counters of kind cost."""
LATE = HOUR
"""For how long a settlement may come after the hold expired."""


def place(counter: CounterId, instant: int) -> int:
    """Return the number of the slot or period that an instant lies in."""
    extent = counter[1]
    return instant // (extent // 60 if isinstance(extent, int) else LENGTHS[extent])


def unit(counter: CounterId) -> int:
    """Return what one token is in a counter."""
    return PRICE if counter[0] == "cost" else 1


def counts(counter: CounterId, made: int, now: int) -> bool:
    """Say whether a charge made at an instant still counts."""
    passed = place(counter, now) - place(counter, made)
    return passed <= (60 if isinstance(counter[1], int) else 0)


@dataclass
class Charge:
    """One amount, charged at one instant; a reset wipes it out."""

    made: int
    amount: int


@dataclass
class Account:
    """What a call did to a counter."""

    charges: list[Charge] = field(default_factory=list)
    booked: int = 0
    """What admissions, batches and settlements said in sum, whatever became of it."""
    held: int = 0


@dataclass
class Call:
    """A reservation as the checker sees it."""

    expires: int
    accounts: dict[CounterId, Account] = field(default_factory=dict)
    seen: int = 0
    granted: int = 0
    expired: bool = False
    forgotten: int = 0


class Checker:
    """The event log, and everything recomputed from it."""

    def __init__(self) -> None:
        self.now = 0
        self.calls: dict[str, Call] = {}
        self.ended: list[Call] = []
        self.loose: dict[CounterId, list[Charge]] = {}
        """Charges that belong to no reservation."""

    def pass_time(self, now: int) -> None:
        self.now = max(self.now, now)
        for name, call in tuple(self.calls.items()):
            if call.expired and self.now >= call.forgotten:
                self.ended.append(self.calls.pop(name))
            elif not call.expired and self.now >= -(-call.expires // SECOND) * SECOND:
                call.expired = True
                call.forgotten = (self.now + LATE) // SECOND * SECOND
                for account in call.accounts.values():
                    account.held = 0

    def _accounts(self, counter: CounterId) -> list[Account]:
        everyone = [*self.calls.values(), *self.ended]
        return [call.accounts[counter] for call in everyone if counter in call.accounts]

    def used(self, counter: CounterId) -> int:
        charges = [charge for account in self._accounts(counter) for charge in account.charges]
        return self.counted(counter, charges + self.loose.get(counter, []))

    def counted(self, counter: CounterId, charges: list[Charge]) -> int:
        return sum(c.amount for c in charges if counts(counter, c.made, self.now))

    def held(self, counter: CounterId) -> int:
        return sum(account.held for account in self._accounts(counter))

    def account(self, name: str, counter: CounterId) -> Account:
        call = self.calls.get(name)
        return Account() if call is None else call.accounts.get(counter, Account())

    def hold(self, operation: Reserve, one: Rule) -> int:
        """Return what a call asks to hold under a rule, beyond what it has charged as it passed."""
        call, of = self.calls.get(operation.id, Call(0)), unit(one.counter)
        if not operation.hold:
            return 0
        hold = min(operation.hold * of, max(of, one.limit - operation.prompt * of))
        if operation.mode == "strict" and call.granted:
            hold = min(hold, call.granted * of)
        return max(0, hold - call.seen * of)

    def left(self, operation: Reserve, one: Rule) -> tuple[int, int]:
        """Return what others leave under a rule, and what the call will have charged itself."""
        own = self.account(operation.id, one.counter)
        charged = self.counted(one.counter, own.charges)
        held = 0 if operation.mode == "apim" else self.held(one.counter) - own.held
        left = one.limit - (self.used(one.counter) - charged) - held
        return left, max(operation.prompt * unit(one.counter), charged)

    def needed(self, operation: Reserve, one: Rule, prompt: int) -> int:
        """Return the room that a rule has to have."""
        if operation.mode != "strict" or not operation.hold:
            return prompt or 1
        return prompt + min(
            self.hold(operation, one), max(1, operation.hold_least) * unit(one.counter)
        )

    def grant(self, operation: Reserve) -> int:
        """Return the completion tokens that all rules grant."""
        if not operation.hold:
            return 0
        call = self.calls.get(operation.id)
        granted = operation.hold
        for one in operation.rules if operation.mode != "apim" else ():
            room = self.hold(operation, one)
            if operation.mode == "strict":
                left, prompt = self.left(operation, one)
                room = min(room, left - prompt)
            granted = min(granted, room // unit(one.counter))
        if call is None:
            return granted
        return min(granted + call.seen, call.granted or operation.hold)

    def admit(self, operation: Reserve, granted: int) -> None:
        holds = [self.hold(operation, one) for one in operation.rules]
        call = self.calls.setdefault(operation.id, Call(self.now + operation.lifetime))
        for one, hold in zip(operation.rules, holds, strict=True):
            account = call.accounts.setdefault(one.counter, Account())
            self.book(account, max(account.booked, operation.prompt * unit(one.counter)))
            if operation.mode != "apim" and not call.expired:
                account.held = max(account.held, hold)
        if operation.hold:
            call.granted = granted
        if operation.mode == "strict":
            for counter, account in call.accounts.items():
                most = max(0, call.granted - call.seen) * unit(counter)
                account.held = min(account.held, most)

    def book(self, account: Account, total: int) -> None:
        """Bring what an account has booked to a total: debt now, refunds newest first."""
        difference = total - account.booked
        account.booked = total
        if difference > 0:
            account.charges.append(Charge(self.now, difference))
        for charge in reversed(account.charges):
            taken = min(charge.amount, max(0, -difference))
            charge.amount -= taken
            difference += taken

    def see(self, name: str, tokens: int) -> None:
        call = self.calls.get(name)
        if call is None or tokens <= call.seen:
            return
        more = tokens - call.seen
        call.seen = tokens
        for counter, account in call.accounts.items():
            self.book(account, account.booked + more * unit(counter))
            account.held = max(0, account.held - more * unit(counter))

    def end(self, name: str, actual: int) -> set[CounterId]:
        call = self.calls.pop(name, None)
        if call is None:
            return set()
        self.ended.append(call)
        for counter, account in call.accounts.items():
            self.book(account, actual * unit(counter))
            account.held = 0
        return set(call.accounts)

    def reset(self, counter: CounterId) -> None:
        self.loose.pop(counter, None)
        for account in self._accounts(counter):
            account.charges.clear()


# Few keys and mostly short pauses, so that calls meet in one window.
KEYS = st.sampled_from(["a", "a", "a", "b"])
LIMITS = st.sampled_from([0, 1, 50, 100, 100, 1000, 1000, 1000])
AMOUNTS = st.one_of(st.integers(0, 60), st.sampled_from([0, 1, 99, 100, 101, 1000]))
TOKEN_RULES: st.SearchStrategy[Rule] = st.one_of(
    st.builds(RateRule, KEYS, LIMITS, st.sampled_from([60 * SECOND, 60 * SECOND, 300 * SECOND])),
    st.builds(QuotaRule, KEYS, LIMITS, st.sampled_from(["Hourly", "Daily"])),
    st.builds(RateRule, KEYS, LIMITS, st.just(60 * SECOND), st.just("cost")),
    st.builds(QuotaRule, KEYS, LIMITS, st.just("Hourly"), st.just("cost")),
)
CALL_RULES: st.SearchStrategy[Rule] = st.one_of(
    st.builds(RateRule, KEYS, LIMITS, st.just(60 * SECOND), st.just("calls")),
    st.builds(QuotaRule, KEYS, LIMITS, st.just("Hourly"), st.just("calls")),
)
MODES = st.sampled_from(["bounded", "bounded", "bounded", "strict", "strict", "apim"])


def asked(
    rules: list[Rule], prompt: int, hold: int, mode: AdmissionMode, *, named: bool
) -> Reserve:
    """Return what a call asks; `named` says that the client gave its cap."""
    return Reserve(
        "",
        tuple(rules),
        prompt,
        hold,
        mode,
        Micros(0),
        hold_least=hold if named else 1,
        cost_prompt=prompt * PRICE,
        cost_hold=hold * PRICE,
    )


ASKED = st.builds(
    asked,
    st.lists(TOKEN_RULES, min_size=1, max_size=3),
    AMOUNTS,
    AMOUNTS,
    MODES,
    named=st.booleans(),
)
PAUSES = st.sampled_from([1, SECOND - 1, SECOND, 60 * SECOND, 61 * SECOND - 1, 61 * SECOND])
LEAPS = st.sampled_from([900 * SECOND, HOUR, 25 * HOUR, -1, -10 * SECOND, -2 * HOUR])
PASSING = st.one_of(st.integers(0, 30 * SECOND), st.integers(0, 30 * SECOND), PAUSES, LEAPS)


class LedgerMachine(RuleBasedStateMachine):
    """Calls of every kind against one ledger and one checker."""

    calls: Bundle[str] = Bundle("calls")

    @initialize()
    def begin(self) -> None:
        self.state = Counters()
        self.checker = Checker()
        self.clock = START
        self.number = 0
        self.touched: set[CounterId] = set()
        self.looked = False
        """Whether the counters may be read: not straight after time passed, because reading brings
        a counter up to date, and an operation has to do that by itself."""

    def apply(self, operation: Operation) -> Decision:
        self.looked = True
        self.checker.pass_time(self.clock)
        return apply(self.state, operation, now=Micros(self.clock))

    @rule(passed=PASSING)
    def pass_time(self, passed: int) -> None:
        self.clock += passed
        self.looked = False

    @rule(target=calls, asked=ASKED, lifetime=st.sampled_from([1, 10 * SECOND, 900 * SECOND]))
    def reserve(self, asked: Reserve, lifetime: int) -> str:
        self.number += 1
        name = str(self.number)
        self.decide(replace(asked, id=name, lifetime=lifetime))
        return name

    @rule(name=calls, asked=ASKED)
    def extend(self, name: str, asked: Reserve) -> None:
        self.decide(replace(asked, id=name, lifetime=900 * SECOND))

    def decide(self, operation: Reserve) -> None:
        before = copy.deepcopy(self.state)
        decision = self.apply(operation)
        self.touched |= {one.counter for one in operation.rules}
        expected = [self.checker.left(operation, one) for one in operation.rules]
        needed = [
            self.checker.needed(operation, one, own)
            for one, (_, own) in zip(operation.rules, expected, strict=True)
        ]
        refusing = [index for index, (left, _) in enumerate(expected) if left < needed[index]]
        if not refusing:
            assert isinstance(decision, Granted)
            assert decision.remaining == tuple(left - own for left, own in expected)
            granted = self.checker.grant(operation)
            assert decision.hold == granted
            self.checker.admit(operation, granted)
            self.check_bound(operation)
            return
        assert isinstance(decision, Refused)
        quotas = [i for i in refusing if isinstance(operation.rules[i], QuotaRule)]
        assert decision.rule == (quotas or refusing)[0]
        assert decision.remaining == tuple(
            0 if index in refusing else left for index, (left, _) in enumerate(expected)
        )
        fresh = operation.id not in self.checker.calls or operation.mode != "strict"
        if fresh and all(
            own <= operation.prompt * unit(one.counter)
            for one, (_, own) in zip(operation.rules, expected, strict=True)
        ):
            # Otherwise the call has charged more than it asks for now: a fresh one would ask less.
            self.check_wait(before, operation, decision)

    def check_bound(self, operation: Reserve) -> None:
        """I3: after an admission, used + held <= limit + the own hold; strict: <= limit."""
        if operation.mode == "apim":
            return
        for one in operation.rules:
            total = self.checker.used(one.counter) + self.checker.held(one.counter)
            own = self.checker.account(operation.id, one.counter).held
            assert total <= one.limit + (0 if operation.mode == "strict" else own)

    def check_wait(self, before: Counters, operation: Operation, refused: Refused) -> None:
        """I6: admitted at Retry-After and refused a second earlier, where no hold is open."""
        if refused.retry_after is None:
            later = copy.deepcopy(before)
            assert isinstance(self.later(later, operation, 400 * 24 * HOUR), Refused)
            return
        if any(self.checker.held(counter) for counter in self.touched):
            return
        wait = refused.retry_after * SECOND
        assert isinstance(self.later(copy.deepcopy(before), operation, wait - SECOND), Refused)
        admitted = self.later(copy.deepcopy(before), operation, wait)
        assert isinstance(admitted, Granted | Counted)

    def later(self, state: Counters, operation: Operation, wait: int) -> Decision:
        """Ask again as a fresh call that has given back what it had charged."""
        if isinstance(operation, Reserve):
            apply(state, Release(operation.id), now=Micros(self.checker.now))
        return apply(state, operation, now=Micros(self.checker.now + wait))

    @rule(name=calls, tokens=AMOUNTS)
    def see(self, name: str, tokens: int) -> None:
        self.apply(Seen(name, tokens, tokens * PRICE))
        self.checker.see(name, tokens)

    @rule(names=st.lists(calls, max_size=4), tokens=AMOUNTS)
    def report_progress(self, names: list[str], tokens: int) -> None:
        self.apply(
            Progress(
                tuple(Seen(name, tokens + i, (tokens + i) * PRICE) for i, name in enumerate(names))
            )
        )
        for index, name in enumerate(names):
            self.checker.see(name, tokens + index)

    @rule(name=calls, prompt=AMOUNTS, completion=AMOUNTS)
    def settle(self, name: str, prompt: int, completion: int) -> None:
        cost = (prompt + completion) * PRICE
        settled = self.apply(Settle(name, prompt, completion, cost))
        assert isinstance(settled, Settled)
        counters = self.checker.end(name, prompt + completion)
        assert settled.remaining.keys() == counters
        assert settled.charged == (prompt + completion if counters else 0)
        assert settled.debt <= settled.charged

    @rule(name=calls, amount=AMOUNTS)
    def settle_again(self, name: str, amount: int) -> None:
        """I4: settling twice is settling once, whatever the second time says."""
        self.settle(name, amount, amount)
        levels = self.levels()
        assert self.apply(Settle(name, amount, 7)) == Settled({}, 0)
        assert self.apply(Release(name)) == Settled({}, 0)
        assert self.levels() == levels

    @rule(name=calls)
    def release(self, name: str) -> None:
        self.apply(Release(name))
        self.checker.end(name, 0)

    @rule(one=CALL_RULES, amount=st.integers(0, 60))
    def count_calls(self, one: Rule, amount: int) -> None:
        before = copy.deepcopy(self.state)
        operation = CountCalls(one, amount)
        decision = self.apply(operation)
        left = one.limit - self.checker.used(one.counter)
        self.touched.add(one.counter)
        if (amount or 1) > left:
            assert isinstance(decision, Refused)
            self.check_wait(before, operation, decision)
            return
        assert decision == Counted(left - amount)
        self.add_loose(one.counter, amount)

    @rule(one=CALL_RULES, amount=st.integers(0, 60))
    def add_calls(self, one: Rule, amount: int) -> None:
        decision = self.apply(AddCalls(one, amount))
        self.touched.add(one.counter)
        self.add_loose(one.counter, amount)
        assert decision == Counted(max(0, one.limit - self.checker.used(one.counter)))

    def add_loose(self, counter: CounterId, amount: int) -> None:
        self.checker.loose.setdefault(counter, []).append(Charge(self.checker.now, amount))

    @precondition(lambda self: self.touched)
    @rule(data=st.data())
    def reset(self, data: st.DataObject) -> None:
        counter = data.draw(st.sampled_from(sorted(self.touched, key=repr)))
        self.apply(Reset(counter))
        self.checker.reset(counter)

    def levels(self) -> dict[CounterId, Decision]:
        return {counter: self.apply(Read(counter)) for counter in self.touched}

    @invariant()
    def counters_are_the_sum_of_the_log(self) -> None:
        """I1 and, as the log is kept by reservation, I2."""
        if not self.looked:
            return
        levels = self.levels()
        for counter in self.touched:
            assert levels[counter] == Level(self.checker.used(counter), self.checker.held(counter))

    @invariant()
    def every_reservation_accounts_for_what_it_booked(self) -> None:
        """I2, per reservation."""
        if not self.looked:
            return
        assert self.state.reservations.keys() == self.checker.calls.keys()
        for name, reservation in self.state.reservations.items():
            accounts = self.checker.calls[name].accounts
            assert {c: (e.charged, e.held) for c, e in reservation.entries.items()} == {
                c: (a.booked, a.held) for c, a in accounts.items()
            }

    @invariant()
    def what_is_open_is_kept(self) -> None:
        """A counter is not forgotten while a reservation names it."""
        for reservation in self.state.reservations.values():
            for counter, entry in reservation.entries.items():
                assert self.state.kept[counter] is entry.counter


TestLedger = LedgerMachine.TestCase
TestLedger.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
