"""Work that a policy puts off until the end of outbound.

`rate-limit-by-key` counts there when its increment is an expression (apim.md 2.3).
"""

from __future__ import annotations

from headgate.model.context import Context
from headgate.policy.effects import Steps
from headgate.policy.plan import Block, Step


class Deferred:
    """The steps that one call still owes, in the order in which they were put off."""

    __slots__ = ("steps",)

    def __init__(self) -> None:
        self.steps: list[Step] = []


def defer(context: Context, step: Step) -> None:
    """Put a step off until the end of outbound."""
    owed: Deferred | None = context.owners.get(Deferred)
    if owed is None:
        owed = context.owners[Deferred] = Deferred()
    owed.steps.append(step)


def run_deferred(context: Context) -> Steps[None]:
    """Run what was put off. Raises CallError."""
    owed: Deferred | None = context.owners.pop(Deferred, None)
    if owed is not None:
        yield from Block(tuple(owed.steps)).drive(context)
