"""`wait` (apim.md 9.11)."""

from __future__ import annotations

from typing import Literal

from headgate.csharp.errors import DotNetError
from headgate.model.context import Context
from headgate.model.errors import CallError
from headgate.policy.effects import Steps, Together
from headgate.policy.fields import attr, block
from headgate.policy.plan import Block, ResponseReturned
from headgate.policy.schema import Element

Failure = CallError | DotNetError | ResponseReturned


class Wait(Element, name="wait", sections=("inbound", "backend", "outbound")):
    """Run policies side by side and wait until all have ended, or any of them.

    Those that are still running when one has ended are given up. An error of one of them becomes
    that of the call, once as many have ended as are waited for.
    """

    example = (
        '<wait for="all">\n'
        '    <send-request mode="new" response-variable-name="one">\n'
        "        <set-url>https://one.example.com/</set-url>\n"
        "    </send-request>\n"
        '    <send-request mode="new" response-variable-name="two">\n'
        "        <set-url>https://two.example.com/</set-url>\n"
        "    </send-request>\n"
        "</wait>"
    )

    until: Literal["all", "any"] = attr(
        "How many have to end.", name="for", default="all", any_case=True
    )
    policies: Block = block(
        "What runs side by side.", only=("send-request", "cache-lookup-value", "choose")
    )

    def prepare(self) -> None:
        """Have bodies read first: none of those that run side by side can wait for them."""
        self.reads |= self.policies.reads

    def run(self, context: Context) -> Steps[None]:
        """Run them. Raises CallError, DotNetError, ResponseReturned."""
        branches = tuple(attempt(Block((step,)), context) for step in self.policies.steps)
        for failure in (yield from Together(branches, until=self.until)):
            if failure is not None:
                raise failure


def attempt(policy: Block, context: Context) -> Steps[Failure | None]:
    """Run one policy; return how it failed instead of raising it."""
    try:
        yield from policy.drive(context)
    except (CallError, DotNetError, ResponseReturned) as failure:
        return failure
    return None
