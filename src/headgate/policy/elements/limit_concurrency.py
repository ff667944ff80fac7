"""`limit-concurrency` (apim.md 9.1)."""

from __future__ import annotations

from headgate.limits.concurrency import Gates
from headgate.model.context import Context
from headgate.model.errors import CallError
from headgate.policy.effects import Steps
from headgate.policy.fields import attr, block
from headgate.policy.plan import Block
from headgate.policy.schema import SECTIONS, Element
from headgate.policy.value import Value


class LimitConcurrency(Element, name="limit-concurrency", sections=SECTIONS):
    """Run policies for no more than so many calls at the same time; others get 429 at once.

    A call is inside from the first of the policies to the end of the last, or until it fails or its
    caller leaves. An answer that `forward-request` began to stream passes on when its call is out
    again. All elements with the same key share one count, which is this process's own.
    """

    example = (
        '<limit-concurrency key="@(context.Subscription.Id)" max-count="3">\n'
        '    <send-request mode="new" response-variable-name="answer">\n'
        "        <set-url>https://slow.example.com/</set-url>\n"
        "    </send-request>\n"
        "</limit-concurrency>"
    )

    key: Value[str] = attr("What is counted.", example="@(context.Subscription.Id)")
    max_count: int = attr("Most calls inside at the same time.", at_least=1, example="3")
    policies: Block = block("What runs.")

    def run(self, context: Context) -> Steps[None]:
        """Run the policies. Raises CallError 429, and what they raise."""
        gates: Gates = context.owners[Gates]
        key = self.key.of(context)
        if not gates.enter(key, self.max_count):
            raise CallError(
                429,
                "Too many requests at the same time.",
                source="limit-concurrency",
                reason="ConcurrencyLimitExceeded",
            )
        try:
            yield from self.policies.drive(context)
        finally:
            gates.leave(key)
