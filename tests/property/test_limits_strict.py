"""Strict admission: nothing over, in tokens and in money, whatever the calls do within their caps.

The check keeps its own list of what every call may still use and shares nothing with `limits`.
"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from headgate.limits.counters import Counters
from headgate.limits.ledger import apply
from headgate.limits.operations import (
    Granted,
    Level,
    QuotaRule,
    Read,
    Refused,
    Reserve,
    Seen,
    Settle,
    Settled,
)
from headgate.model.clock import SECOND, Micros

T = Micros(1_764_547_200 * SECOND)
PRICE = 7
TOKENS = QuotaRule("k", 1000, "Yearly")
OTHER = QuotaRule("other", 700, "Yearly")
MONEY = QuotaRule("k", 1000 * PRICE - 3, "Yearly", "cost")

CALLS = st.lists(
    st.tuples(
        st.integers(0, 200),
        st.integers(1, 600),
        st.booleans(),
        st.integers(1, 3),
        st.floats(0, 1),
        st.sampled_from([(TOKENS,), (TOKENS, OTHER), (MONEY,), (MONEY, TOKENS)]),
    ),
    max_size=30,
)


@settings(max_examples=300, deadline=None)
@given(CALLS)
def test_nothing_goes_over_where_providers_keep_to_the_granted_caps(
    calls: list[tuple[int, int, bool, int, float, tuple[QuotaRule, ...]]],
) -> None:
    state = Counters()
    spent: dict[QuotaRule, int] = {TOKENS: 0, OTHER: 0, MONEY: 0}
    for number, (prompt, cap, named, choices, share, rules) in enumerate(calls):
        name, hold = str(number), cap * choices
        decision = apply(
            state,
            Reserve(
                name,
                rules,
                prompt,
                hold,
                "strict",
                Micros(T + 900 * SECOND),
                hold_least=hold if named else choices,
                choices=choices,
                cost_prompt=prompt * PRICE,
                cost_hold=hold * PRICE,
            ),
            now=T,
        )
        if isinstance(decision, Refused):
            continue
        assert isinstance(decision, Granted)
        assert 0 < decision.hold <= hold
        assert decision.hold % choices == 0
        completion = int(decision.hold * share)
        for rule in rules:
            level = apply(state, Read(rule.counter), now=T)
            assert isinstance(level, Level)
            assert level.used + level.held <= rule.limit
            spent[rule] += (prompt + completion) * (PRICE if rule is MONEY else 1)
        apply(state, Seen(name, completion // 2, completion // 2 * PRICE), now=T)
        settled = apply(
            state, Settle(name, prompt, completion, (prompt + completion) * PRICE), now=T
        )
        assert isinstance(settled, Settled)
        assert settled.debt == 0
    for rule, amount in spent.items():
        assert amount <= rule.limit
        assert apply(state, Read(rule.counter), now=T) == Level(amount, 0)
