"""Recomputes the invariants I1 to I6 from the event log, after every event.

Imports nothing of the product: its arithmetic is its own (`book.py`), its facts are the events,
which are plain dicts. What they hold is told in docs/contributing/simulation.md.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any

from tests.simulation.book import SECOND, Account, Bucket, Counter, Entry, Record, StoreTime
from tests.simulation.truth import Truth

Event = dict[str, Any]

AFTERLIFE = 3600
"""Seconds for which an expired reservation is kept, in case its settlement comes late."""
ADD_UP_EVERY = 20
"""Events between two sums over all reservations (I5)."""


class Broken(Exception):
    """An invariant does not hold: which, of whom, and the two numbers."""

    def __init__(self, invariant: str, about: object, *, wanted: object, found: object) -> None:
        super().__init__(f"{invariant}: {about}: expected {wanted}, found {found}")
        self.invariant = invariant
        self.about = about


@dataclass
class Tested:
    """One rule beside what the other calls leave of it."""

    counter: Counter
    limit: int
    used: int
    held: int
    prompt: int
    hold: int
    needed: int

    @property
    def left(self) -> int:
        return self.limit - self.used - self.held


@dataclass
class Promise:
    """A refusal that named a wait: what has to happen if nothing else does (I6)."""

    at: int
    wait: int
    question: tuple[object, ...]
    versions: tuple[int, ...]


@dataclass
class Bound:
    """What was charged, held and allowed at the latest admission under one counter (I3)."""

    level: int = 0
    valid: bool = True
    passed: list[tuple[int, str, int]] = field(default_factory=list)
    """A heap of the tokens that really passed in the last window: (instant, call, tokens)."""
    sum: int = 0


class Checker:
    """Follows the log of one run. `check` raises Broken."""

    def __init__(self) -> None:
        self.time = StoreTime(0)
        self.accounts: dict[Counter, Account] = {}
        self.records: dict[str, Record] = {}
        self.open: dict[str, Record] = {}
        self.truth: dict[str, Truth] = {}
        self.saved: dict[Counter, tuple[int, int]] = {}
        self.refused: dict[str, Event] = {}
        """By call: the question that was refused last."""
        self.promises: dict[str, Promise] = {}
        self.bounds: dict[Counter, Bound] = defaultdict(Bound)
        self.tally: dict[str, int] = defaultdict(int)
        """How often each kind of thing was checked; a test sees to it that none is 0."""
        self.drains = False
        """Whether rates are token buckets."""
        self._number = 0

    def check(self, event: Event) -> None:
        """Take up one event and compare. Raises Broken."""
        self._number += 1
        kind = event["kind"]
        if "levels" in event and kind != "begin":
            now = self.time.ask(event["wall"], event["mono"])
            self._expire(now)
        else:
            now = self.time.peek(event["wall"], event["mono"])
        getattr(self, f"_on_{kind}")(event, now)
        if "levels" in event:
            self._compare(event["levels"], now)
            if self._number % ADD_UP_EVERY == 0 or kind in ("begin", "end"):
                self._add_up(event["levels"], now)

    def account(self, counter: Counter) -> Account:
        if counter not in self.accounts:
            drains = self.drains and not isinstance(counter[1], str)
            self.accounts[counter] = Bucket(counter) if drains else Account(counter)
        return self.accounts[counter]

    # The store begins, saves and ends.

    def _on_begin(self, event: Event, now: int) -> None:
        """A store begins, the first one or after a restart, with the quotas that were kept."""
        before, self.time = now, StoreTime(event["wall"])
        now = event["wall"]
        if event["graceful"]:
            for account in self.accounts.values():
                if account.is_quota and (used := account.used(before)):
                    kept = self.saved.get(account.counter, (0, 0))[1]
                    self._same("I5 kept over a restart", account.counter, wanted=used, found=kept)
        self.accounts, self.records, self.open, self.promises = {}, {}, {}, {}
        self.bounds = defaultdict(Bound)
        self.drains = event["throttling"] == "token-bucket"
        for counter, (begin, used) in self.saved.items():
            account = self.account(counter)
            if account.place(now) == begin:
                account.add(begin, used)
                account.restored[begin] = used
        self.tally["begun"] += 1

    def _on_saved(self, event: Event, now: int) -> None:
        """Quotas were written: what a crash may take is what comes after."""
        for counter, begin, used in event["quotas"]:
            account = self.account(counter)
            wanted = account.charges.get(begin, 0)
            self._same("I5 written of a quota", counter, wanted=wanted, found=used)
            self.saved[counter] = (begin, used)

    def _on_end(self, event: Event, now: int) -> None:
        """All calls are over, all holds expired and all windows empty."""
        for counter, (used, held) in event["levels"].items():
            self._same("I1 held when all is over", counter, wanted=0, found=held)
            if isinstance(counter[1], int):
                self._same("I1 used when all is over", counter, wanted=0, found=used)

    def _on_fault(self, event: Event, now: int) -> None:
        """A fault is told for the reader of the log; its effects are other events."""
        self.tally[event["what"]] += 1

    def _on_reset(self, event: Event, now: int) -> None:
        account = self.account(event["counter"])
        account.clear(now)
        self.bounds[event["counter"]].valid = False
        for record in self.records.values():
            if event["counter"] in record.entries:
                record.entries[event["counter"]].charges.clear()

    # Reservations.

    def _on_reserve(self, event: Event, now: int) -> None:
        record = self.open.get(event["id"])
        tested = [self._test(event, rule, record, now=now) for rule in event["rules"]]
        fits = all(one.needed <= one.left for one in tested)
        self._keep_promise(event, now)
        if event["granted"] != fits:
            self._same("I3 admission", [vars(one) for one in tested], wanted=fits, found=not fits)
        if not fits:
            self._check_wait(event, tested, now=now)
            self.refused[event["id"]] = event
            self.tally["refused"] += 1
            return
        self.tally["admitted"] += 1
        left = [one.left - one.prompt for one in tested]
        self._same("I3 remaining", event["id"], wanted=left, found=event["remaining"])
        if record is None:
            due = -(-(now + event["lifetime"]) // SECOND)
            record = Record(event["id"], due, now)
            self.records[event["id"]] = self.open[event["id"]] = record
        record.granted = event["grant"]
        self.truth[event["id"]].counted = event["prompt"] > 0
        for one in tested:
            self._book(event, record, one, now=now)
        if event["mode"] == "strict":
            self._shrink(record)
        self._cover(record)
        self._expire(now)
        self._check_levels(event, tested)

    def _test(
        self, event: Event, rule: tuple[Counter, int], record: Record | None, *, now: int
    ) -> Tested:
        """Return the numbers that decide, by the rules of design/limits.md, section 2."""
        counter, limit = rule
        account = self.account(counter)
        account.ask(limit)
        entry = record.entries.get(counter) if record else None
        used, held = account.used(now), account.held()
        prompt, strict = event["prompt"], event["mode"] == "strict" and event["hold"] > 0
        hold = min(event["hold"], max(event["choices"], limit - prompt)) if event["hold"] else 0
        if record is not None:
            if strict and record.granted:
                hold = min(hold, record.granted)
            hold = max(0, hold - record.seen)
        if entry is not None:
            own = account.own(entry.charges, now)
            used -= own
            held -= account.holds.get(event["id"], 0)
            prompt = max(prompt, own)
        if event["mode"] == "apim":
            held = 0
        needed = prompt or 1
        if strict:
            needed = prompt + min(hold, max(event["choices"], event["least"]))
        return Tested(counter, limit, used, held, prompt, hold, needed)

    def _book(self, event: Event, record: Record, one: Tested, *, now: int) -> None:
        account = self.account(one.counter)
        entry = record.entries.setdefault(one.counter, Entry())
        entry.limit = one.limit
        self._charge(record, one.counter, max(0, event["prompt"] - entry.charged), now=now)
        holds = event["mode"] != "apim" and not record.expired
        if holds and one.hold > account.holds.get(record.call, 0):
            account.hold(record.call, one.hold)
        entry.reserved = entry.charged + account.holds.get(record.call, 0)

    def _shrink(self, record: Record) -> None:
        """`strict`: no counter holds more than the completion that all of them granted."""
        most = max(0, record.granted - record.seen)
        for counter, entry in record.entries.items():
            account = self.account(counter)
            if account.holds.get(record.call, 0) > most:
                account.hold(record.call, most)
                entry.reserved = entry.charged + most

    def _cover(self, record: Record) -> None:
        """Note what of a call's real tokens the limits have made room for."""
        covered = {counter: entry.reserved for counter, entry in record.entries.items()}
        self.truth[record.call].covered = covered

    def _check_levels(self, event: Event, tested: list[Tested]) -> None:
        """I3: what the store itself says after an admission is within the limit."""
        for one in tested:
            bound = self.bounds[one.counter]
            if event["mode"] == "apim":
                bound.valid = False
                continue
            # Where two rules name one counter, the call holds what the wider one lets it hold.
            own = self.account(one.counter).holds.get(event["id"], 0)
            most = one.limit + (own if event["mode"] == "bounded" else 0)
            level = sum(event["levels"][one.counter])
            if level > most:
                self._same("I3 used + held after admission", one.counter, wanted=most, found=level)
            bound.level = most

    def _charge(self, record: Record, counter: Counter, amount: int, *, now: int) -> None:
        if not amount:
            return
        account, entry = self.account(counter), record.entries[counter]
        place = account.charge(amount, now=now)
        if entry.charges and entry.charges[-1][0] == place:
            entry.charges[-1][1] += amount
        else:
            entry.charges.append([place, amount])
        entry.charged += amount

    def _take_back(self, record: Record, counter: Counter, amount: int, *, now: int) -> None:
        """Refund, newest first, only what still counts."""
        account, entry = self.account(counter), record.entries[counter]
        entry.charged -= amount
        while amount and entry.charges:
            made = entry.charges[-1][1]
            taken = min(made, amount)
            account.refund(entry.charges[-1], taken, now=now)
            amount -= taken
            entry.charges[-1][1] -= taken
            if taken == made:
                entry.charges.pop()

    def _on_progress(self, event: Event, now: int) -> None:
        for call, tokens in event["seen"]:
            record = self.open.get(call)
            if record is None or tokens <= record.seen:
                continue
            if tokens > (passed := self.truth[call].lines):
                self._same("I2 seen before it passed", call, wanted=passed, found=tokens)
            more, record.seen = tokens - record.seen, tokens
            for counter, entry in record.entries.items():
                account = self.account(counter)
                account.ask(entry.limit)
                self._charge(record, counter, more, now=now)
                if held := account.holds.get(call, 0):
                    account.hold(call, max(0, held - more))
            self.tally["batched"] += 1

    def _on_settle(self, event: Event, now: int) -> None:
        record, actual = self.open.pop(event["id"], None), event["prompt"] + event["completion"]
        truth = self.truth[event["id"]]
        if record is None:
            self.tally["settled twice"] += 1
            self._same("I4 settled again", event["id"], wanted=0, found=event["charged"])
            return
        if not event["repeated"]:
            wanted = truth.expected()
            found = (event["prompt"], event["completion"])
            if not truth.agrees(*found):
                self._same("I2 what the upstream served", event["id"], wanted=wanted, found=found)
        debt = max((actual - entry.reserved for entry in record.entries.values()), default=0)
        self._same("I3 debt is told", event["id"], wanted=max(0, debt), found=event["debt"])
        self._same("I2 charged", event["id"], wanted=actual, found=event["charged"])
        self.tally["late"] += record.expired
        self._finish(record, actual, now=now)

    def _on_release(self, event: Event, now: int) -> None:
        record = self.open.pop(event["id"], None)
        truth = self.truth[event["id"]]
        if truth.reached:
            self._same("I2 taken back", event["id"], wanted="nothing", found="a call that was sent")
        if record is not None:
            self.tally["taken back"] += 1
            self._finish(record, 0, now=now)

    def _finish(self, record: Record, actual: int, *, now: int) -> None:
        record.ended = True
        for counter, entry in record.entries.items():
            self.account(counter).ask(entry.limit)
            difference = actual - entry.charged
            if difference > 0:
                self._charge(record, counter, difference, now=now)
            elif difference < 0:
                self._take_back(record, counter, -difference, now=now)
            self.account(counter).drop(record.call)
            self.truth[record.call].lose(counter, actual)

    def _expire(self, now: int) -> None:
        for call, record in list(self.open.items()):
            if record.expired:
                if record.forgotten * SECOND <= now:
                    record.ended = True
                    del self.open[call]
            elif record.due * SECOND <= now:
                record.expired = True
                record.forgotten = now // SECOND + AFTERLIFE
                self.tally["expired"] += 1
                for counter, entry in record.entries.items():
                    self.account(counter).drop(call)
                    entry.reserved = entry.charged
                    self.truth[call].lose(counter, entry.charged)

    # Calls counted without a reservation.

    def _on_count(self, event: Event, now: int) -> None:
        ((counter, limit),) = event["rules"]
        account = self.account(counter)
        account.ask(limit)
        used, amount = account.used(now), event["amount"]
        fits = used + (amount or 1) <= limit
        self._same("I3 calls counted", counter, wanted=fits, found=event["granted"])
        if fits:
            account.charge(amount, now=now)
        else:
            self.refused[event["id"]] = event
            wait = account.wait(now, room=limit - (amount or 1), own=[])
            self._same("I6 wait", counter, wanted=wait, found=event["wait"])

    # Waits.

    def _check_wait(self, event: Event, tested: list[Tested], *, now: int) -> None:
        """I6: the wait ends with the first instant at which this call would pass."""
        record, waits, guessed = self.open.get(event["id"]), [], False
        for one in tested:
            room = one.limit - one.needed
            if one.needed <= one.left:
                continue
            if room < 0 and not event["may_change"]:
                self._same("I6 never fits", one.counter, wanted=None, found=event["wait"])
                return
            guessed = guessed or one.held > 0
            entry = record.entries.get(one.counter) if record else None
            own = [*entry.charges] if entry else []
            self.account(one.counter).ask(one.limit)
            wait = self.account(one.counter).wait(now, room=max(0, room), own=own)
            waits.append(wait if room >= 0 else max(SECOND, wait))
        if not guessed:
            self.tally["exact waits"] += 1
            self._same("I6 wait", event["id"], wanted=max(waits), found=event["wait"])

    def _keep_promise(self, event: Event, now: int) -> None:
        promise = self.promises.pop(event["caller"], None)
        if promise is None or promise.question != question(event):
            return
        if promise.versions != self._versions(event):
            return
        passed = now - promise.at
        if passed >= promise.wait * SECOND:
            self.tally["admitted at Retry-After"] += 1
            self._same("I6 at Retry-After", event["id"], wanted=True, found=event["granted"])
        elif passed <= (promise.wait - 1) * SECOND:
            self.tally["refused a second earlier"] += 1
            self._same("I6 a second earlier", event["id"], wanted=False, found=event["granted"])
            self.promises[event["caller"]] = promise

    def _versions(self, event: Event) -> tuple[int, ...]:
        return tuple(self.account(counter).version for counter, _ in event["rules"])

    def _on_told(self, event: Event, now: int) -> None:
        """The caller was told of a refusal and perhaps of a wait."""
        refused = self.refused[event["id"]]
        wait, rules = refused["wait"], refused["rules"]
        wanted = None if wait is None else max(1, -(-wait // SECOND))
        self._same("I6 Retry-After", event["id"], wanted=wanted, found=event["retry_after"])
        if wanted is None or refused["kind"] == "count" or refused["may_change"]:
            return
        if any(self.account(counter).held() for counter, _ in rules):
            longest = max(longest_wait(counter) for counter, _ in rules)
            # A bucket may be in debt for many windows.
            if wanted < 1 or (wanted > longest and not self.drains):
                self._same("I6 guessed wait", event["id"], wanted=(1, longest), found=wanted)
            return
        if refused["caller"] not in self.promises:
            versions = self._versions(refused)
            self.promises[refused["caller"]] = Promise(now, wanted, question(refused), versions)

    # What the upstream really served.

    def _on_asked(self, event: Event, now: int) -> None:
        self.tally["calls"] += 1
        self.truth[event["id"]] = Truth(event["id"], estimate=event["estimate"])

    def _on_sent(self, event: Event, now: int) -> None:
        self.truth[event["id"]].send()

    def _on_head(self, event: Event, now: int) -> None:
        truth = self.truth[event["id"]]
        truth.attempts[-1].status = event["status"]
        if event["status"] < 400:
            if event["id"] in self.open:
                entries = self.open[event["id"]].entries.values()
                truth.over = max(entry.charged for entry in entries) - event["prompt"]
            self._passed(event["id"], event["prompt"], now=self._admitted(event["id"], now))

    def _on_failed(self, event: Event, now: int) -> None:
        self.truth[event["id"]].attempts.pop()

    def _on_passed(self, event: Event, now: int) -> None:
        truth = self.truth[event["id"]]
        truth.passed(event["tokens"], lines=event["lines"])
        self._passed(event["id"], event["tokens"], now=now)

    def _on_reported(self, event: Event, now: int) -> None:
        self.truth[event["id"]].attempts[-1].reported = (event["prompt"], event["completion"])

    def _on_cut(self, event: Event, now: int) -> None:
        self.tally["cut"] += 1
        self.truth[event["id"]].cut = event["tokens"]

    def _on_concluded(self, event: Event, now: int) -> None:
        """The call is over: its reservation has ended, unless a fault has it that way."""
        self.tally[f"ended {event['ending']}"] += 1
        if event["id"] in self.open and not event["lost"]:
            self._same("I2 reservation after the call", event["id"], wanted="ended", found="open")

    def _admitted(self, call: str, now: int) -> int:
        record = self.open.get(call)
        return record.began if record else now

    def _passed(self, call: str, tokens: int, *, now: int) -> None:
        """I3: real tokens in any window exceed the limit only by overruns of calls in flight."""
        record = self.records.get(call)
        if record is None:
            return
        truth = self.truth[call]
        truth.real += tokens
        for counter in record.entries:
            bound = self.bounds[counter]
            # A bucket that was full lets twice its limit into a window.
            if isinstance(counter[1], str) or not bound.valid or self.drains:
                continue
            heappush(bound.passed, (now, call, tokens))
            bound.sum += tokens
            while bound.passed and bound.passed[0][0] <= now - counter[1]:
                bound.sum -= heappop(bound.passed)[2]
            if bound.sum <= bound.level:
                continue
            calls = {name for _, name, _ in bound.passed}
            over = sum(self.truth[name].overrun(counter) for name in sorted(calls))
            self.tally["overruns weighed"] += 1
            if bound.sum > bound.level + over:
                self._same("I3 real tokens", counter, wanted=bound.level + over, found=bound.sum)

    # Sums.

    def _compare(self, levels: dict[Counter, tuple[int, int]], now: int) -> None:
        """I1 and I2: what the store says is what the events add up to."""
        for counter, (used, held) in levels.items():
            account = self.accounts.get(counter)
            wanted = (0, 0) if account is None else (account.used(now), account.held())
            if wanted != (used, held):
                self._same("I1 used and held", counter, wanted=wanted, found=(used, held))

    def _add_up(self, levels: dict[Counter, tuple[int, int]], now: int) -> None:
        """I5: the reservations of the last two windows add up to the counter."""
        made: dict[Counter, list[list[int]]] = defaultdict(list)
        for record in self.records.values():
            for counter, entry in record.entries.items():
                made[counter] += entry.charges
        for counter, (used, _) in levels.items():
            account = self.account(counter)
            # What a bucket takes back drains the begin of its line, whosever charge that is.
            if counter[0] == "tokens" and not isinstance(account, Bucket):
                wanted = account.sum_of(made[counter], now)
                self._same("I5 sum of reservations", counter, wanted=wanted, found=used)
        self.tally["added up"] += 1

    @staticmethod
    def _same(invariant: str, about: object, *, wanted: object, found: object) -> None:
        if wanted != found:
            raise Broken(invariant, about, wanted=wanted, found=found)


def question(event: Event) -> tuple[object, ...]:
    """Return what makes two questions the same but for their instant."""
    names = ("rules", "prompt", "hold", "least", "choices", "mode")
    return tuple(event[name] for name in names)


def longest_wait(counter: Counter) -> int:
    """Return the longest wait that a counter can ask for, in whole seconds."""
    if isinstance(counter[1], str):
        return 366 * 86_400
    return -(-counter[1] // SECOND) + -(-counter[1] // (60 * SECOND)) + 1
