"""`emit-metric` (apim.md section 3)."""

from __future__ import annotations

from headgate.model.context import Context
from headgate.model.facts import MetricEmitted
from headgate.policy.dimensions import Dimension, evaluate_dimensions
from headgate.policy.fields import attr, children
from headgate.policy.schema import SECTIONS, Element, ElementError
from headgate.policy.value import Value

DIMENSIONS_MAX = 10


class EmitMetric(Element, name="emit-metric", sections=SECTIONS):
    """Add a value to a metric under dimensions of your own."""

    example = (
        '<emit-metric name="Request" value="1" namespace="my-metrics">\n'
        '    <dimension name="API ID" />\n'
        '    <dimension name="User" value="@(context.Subscription.Id)" />\n'
        "</emit-metric>"
    )

    name: str = attr("Name of the metric.", example="Request")
    namespace: str = attr("Namespace of the metric.", default="API Management")
    value: Value[float] = attr("What is added to the metric.", default=1.0, example="1")
    dimensions: tuple[Dimension, ...] = children(
        "What the metric is counted by; at most 10.", name="dimension", at_least=1
    )

    def prepare(self) -> None:
        """Hold the number of dimensions to what metric stores take."""
        if len(self.dimensions) > DIMENSIONS_MAX:
            message = f"A metric has at most {DIMENSIONS_MAX} dimensions."
            raise ElementError(message, key="dimensions")

    def apply(self, context: Context) -> None:
        """Emit the value. Raises DotNetError."""
        dimensions = evaluate_dimensions(self.dimensions, context)
        value = self.value.of(context)
        context.facts.append(MetricEmitted(self.namespace, self.name, value, dimensions))
