"""When a call that was refused would fit, if nothing else happened (design: limits, section 3)."""

from __future__ import annotations

import msgspec

from headgate.limits.durations import Durations
from headgate.limits.operations import RateRule, Rule, Weighed
from headgate.limits.reservation import Counter, Entry
from headgate.model.clock import SECOND, Micros


class Question(msgspec.Struct, frozen=True):
    """A rule that refuses, what it was tested with, and what the call did to its counter before."""

    rule: Rule
    counter: Counter
    own: Entry | None
    tested: Weighed


def time_until_fits(
    asked: Question, now: Micros, *, durations: Durations, may_change: bool
) -> tuple[int | None, bool]:
    """Return the microseconds until a rule would let a call pass, and whether holds decide it.

    Nobody knows when a hold ends. Where holds alone are in the way, or no window that rolls on is
    enough while they last, the wait is guessed from how long calls took. None: it can never pass,
    because its limit will not change.
    """
    rule, counter, held = asked.rule, asked.counter, asked.tested.held
    room = rule.limit - asked.tested.needed
    if room < 0 and not may_change:
        return None, False
    charges = [] if asked.own is None else asked.own.charges
    # Another rule may have asked the same counter about another limit.
    counter.roll(now, rule.limit)
    if room < 0:
        # The limit has to change. By the time the counter is empty, whatever it depends on may be.
        return max(SECOND, counter.time_until(0, now, own=charges)), False
    without_holds = counter.time_until(room, now, own=charges)
    if held == 0:
        return without_holds, False
    longest = rule.window if isinstance(rule, RateRule) else 60 * SECOND
    remaining = durations.remaining(_age_of_holds(asked, now))
    guess = max(without_holds, min(max(remaining, SECOND), longest))
    if room < held:
        return guess, True
    exact = counter.time_until(room - held, now, own=charges)
    return (exact, False) if without_holds else (min(exact, guess), True)


def _age_of_holds(asked: Question, now: Micros) -> int:
    """Return the mean age, by amount, of what other calls hold, in microseconds."""
    own = asked.own
    began = asked.counter.held_began - (0 if own is None else own.held * own.began)
    return max(0, now - began // asked.tested.held)
