"""`llm-semantic-cache-store` and `azure-openai-semantic-cache-store` (apim.md 4.1)."""

from __future__ import annotations

from headgate.model.context import Context
from headgate.model.messages import Response
from headgate.policy.effects import SimilarStore, Steps
from headgate.policy.fields import attr
from headgate.policy.kinds import Duration
from headgate.policy.recording import record
from headgate.policy.schema import Element
from headgate.policy.semantic import Sought, is_whole
from headgate.policy.value import Value


class LlmSemanticCacheStore(
    Element,
    names=("llm-semantic-cache-store", "azure-openai-semantic-cache-store"),
    sections=("outbound",),
    once=True,
):
    """Keep the answer for prompts of the same meaning, which the lookup in inbound compares.

    It is kept as it is at this place of outbound, if its status is 200 and it has at most 2 MiB. A
    stream passes to the client as it comes and is kept when it has come to its end; one that breaks
    off, or whose client goes away, is not. Without a lookup that compared the prompt and found
    nothing, the element does nothing.
    """

    example = '<llm-semantic-cache-store duration="3600" />'

    duration: Value[Duration] = attr("Seconds to keep the answer.", at_least=0, example="3600")

    def run(self, context: Context) -> Steps[None]:
        """Store, or see to it that the answer is stored when it has ended. Raises DotNetError."""
        sought: Sought | None = context.owners.pop(Sought, None)
        response = context.response
        if sought is None or response is None or response.status != 200:
            return
        expires = context.clock.now() + self.duration.of(context)

        def keep(answer: Response) -> Steps[None]:
            if is_whole(answer, sought.llm):
                left = expires - context.clock.now()
                yield from SimilarStore(
                    sought.partition, sought.vector, value=answer, duration=left
                )

        yield from record(context, keep)
