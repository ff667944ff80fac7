"""`llm-semantic-cache-lookup` and `azure-openai-semantic-cache-lookup` (apim.md 4.1)."""

from __future__ import annotations

from hashlib import sha256
from typing import Literal

from headgate.csharp.values import to_text
from headgate.model.context import Context
from headgate.model.facts import CacheAsked
from headgate.policy.caching import acceptable
from headgate.policy.effects import SimilarLookup, Steps
from headgate.policy.embeddings import NoVector, vector_of
from headgate.policy.fields import attr, children
from headgate.policy.plan import AnswerFound
from headgate.policy.schema import Element
from headgate.policy.semantic import Sought, Unsuited, suited
from headgate.policy.value import Value
from headgate.tokens.dialogue import Dialogue


class LlmSemanticCacheLookup(
    Element,
    names=("llm-semantic-cache-lookup", "azure-openai-semantic-cache-lookup"),
    sections=("inbound",),
    once=True,
):
    """Answer a prompt from the cache if one of the same meaning has been answered.

    Prompts are compared by the vectors that an embeddings backend gives them. If the closest one
    whose answer is kept is close enough, its answer is the answer: the rest of inbound and the
    backend are skipped, outbound runs, and the call is charged no tokens. What else stands in the
    request, such as the model, tools, the form of the answer or whether it is streamed, has to be
    the same, and so have the API, the path and the values of `vary-by`.

    It works for chat completions, completions, Responses, Anthropic messages and Gemini. Prompts
    that are more than text are not looked up. If the prompt cannot be compared, because the
    embeddings backend fails, the call goes on as if nothing was found.
    """

    example = (
        '<llm-semantic-cache-lookup score-threshold="0.05" embeddings-backend-id="embeddings"'
        ' embeddings-backend-auth="system-assigned" ignore-system-messages="true">\n'
        "    <vary-by>@(context.Subscription.Id)</vary-by>\n"
        "</llm-semantic-cache-lookup>"
    )

    score_threshold: Value[float] = attr(
        "How far apart prompts of the same meaning may be: 1 less the cosine of their vectors."
        " 0 is the same text; above 0.2 answers are likely to be wrong.",
        at_least=0,
        at_most=1,
        example="0.05",
    )
    embeddings_backend_id: Value[str] = attr(
        "The backend that makes vectors. Its URL is that of an embeddings deployment of Azure"
        " OpenAI, or of a server with the same API, with or without `/embeddings` at its end.",
        refers="backend",
        example="embeddings",
    )
    embeddings_backend_auth: Literal["system-assigned"] | None = attr(
        "Sends a token of the gateway's managed identity to the backend; if absent, only the"
        " credentials of the backend are sent. Azure wants it.",
        default=None,
        example="system-assigned",
    )
    embeddings_model: Value[str] | None = attr(
        "Ours: the model that makes vectors, for servers whose URL does not name it.", default=None
    )
    ignore_system_messages: Value[bool] = attr(
        "Whether prompts are compared without what the system says.", default=False
    )
    max_message_count: Value[int] | None = attr(
        "Most messages, those of the system not counted, of a prompt that is looked up.",
        at_least=1,
        default=None,
        example="10",
    )
    vary_by: tuple[Value[object], ...] = children(
        "Prompts are compared only where this has the same value; several are joined.",
        name="vary-by",
    )

    def prepare(self) -> None:
        """See to it that the prompt is here."""
        self.reads = self.reads | {"request.body"}

    def run(self, context: Context) -> Steps[None]:
        """Look up. Raises AnswerFound, DotNetError."""
        most = None if self.max_message_count is None else self.max_message_count.of(context)
        varies = [to_text(value.of(context)) for value in self.vary_by]
        distance = self.score_threshold.of(context)
        try:
            said, llm = suited(context, most=most)
            partition, text = self._compared(context, said, varies=varies)
            model = None if self.embeddings_model is None else self.embeddings_model.of(context)
            vector = yield from vector_of(
                context,
                text,
                backend_id=self.embeddings_backend_id.of(context),
                model=model,
                own_identity=self.embeddings_backend_auth is not None,
            )
        except Unsuited as reason:
            context.facts.append(CacheAsked(self.site.name, "skipped", str(reason)))
            return
        except NoVector as reason:
            context.facts.append(CacheAsked(self.site.name, "failed", str(reason)))
            return
        cached = yield from SimilarLookup(partition, vector, distance=distance)
        if cached is not None and acceptable(context.request, cached.value):
            context.facts.append(CacheAsked(self.site.name, "hit"))
            context.response = cached.value
            raise AnswerFound
        context.facts.append(CacheAsked(self.site.name, "miss"))
        context.owners[Sought] = Sought(partition, vector, llm)

    def _compared(self, context: Context, said: Dialogue, *, varies: list[str]) -> tuple[str, str]:
        """Return the partition that a prompt is compared in, and the text by which it is."""
        texts = [text for _, text in said.turns]
        roles = [role for role, _ in said.turns]
        if not self.ignore_system_messages.of(context):
            texts = [*said.system, *texts]
        api = "" if context.api is None else context.api.id
        path = context.request.url.path
        digest = sha256(repr((api, path, roles, said.rest, varies)).encode()).hexdigest()
        return digest, "\n".join(texts)
