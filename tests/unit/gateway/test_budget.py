"""The memory bound."""

from __future__ import annotations

from headgate.gateway.budget import Budget


def test_limit_itself_is_allowed() -> None:
    budget = Budget(10)
    seen = []
    for held in (10, 11):
        budget.held = held
        seen.append(budget.exceeded)
    assert seen == [False, True]
