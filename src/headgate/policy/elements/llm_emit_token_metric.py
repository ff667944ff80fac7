"""`llm-emit-token-metric` and `azure-openai-emit-token-metric` (apim.md section 3)."""

from __future__ import annotations

from headgate.model.context import Context
from headgate.model.facts import MetricEmitted
from headgate.model.usage import TokenUsage
from headgate.policy.dimensions import Dimension, evaluate_dimensions
from headgate.policy.fields import attr, children
from headgate.policy.metering import meter
from headgate.policy.schema import Element


class LlmEmitTokenMetric(
    Element,
    names=("llm-emit-token-metric", "azure-openai-emit-token-metric"),
    sections=("inbound",),
):
    """Count the tokens of a call under dimensions of your own.

    When the call has ended, `Total Tokens`, `Prompt Tokens` and `Completion Tokens` are emitted:
    what the provider reported, on streams too, or what the gateway counted where it reported
    nothing. Dimensions are evaluated where the element stands.
    """

    example = (
        '<llm-emit-token-metric namespace="openai">\n'
        '    <dimension name="API ID" />\n'
        '    <dimension name="User" value="@(context.Subscription.Id)" />\n'
        "</llm-emit-token-metric>"
    )

    namespace: str = attr("Namespace of the metrics.", default="API Management")
    dimensions: tuple[Dimension, ...] = children(
        "What the tokens are counted by.", name="dimension", at_least=1
    )

    def prepare(self) -> None:
        """The request is read where the element stands, to know whether it is a stream."""
        self.reads = self.reads | {"request.body"}

    def apply(self, context: Context) -> None:
        """Ask for the usage of this call. Raises CallError 400 for an unreadable request."""
        dimensions = evaluate_dimensions(self.dimensions, context)
        meter(context).metrics.append(TokenMetric(self.namespace, dimensions))


class TokenMetric:
    """The metrics of one call, waiting for its usage."""

    __slots__ = ("_dimensions", "_namespace")

    def __init__(self, namespace: str, dimensions: tuple[tuple[str, str], ...]) -> None:
        self._namespace = namespace
        self._dimensions = dimensions

    def used(self, context: Context, usage: TokenUsage) -> None:
        """Emit the three metrics."""
        for name, value in (
            ("Total Tokens", usage.total_tokens),
            ("Prompt Tokens", usage.input_tokens),
            ("Completion Tokens", usage.output_tokens),
        ):
            fact = MetricEmitted(self._namespace, name, value, self._dimensions)
            context.facts.append(fact)
