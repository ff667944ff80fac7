"""Dimensions of metrics, declared alike by all metric policies (apim.md section 3)."""

from __future__ import annotations

from collections.abc import Callable

from headgate.csharp.values import to_text
from headgate.model.context import Context
from headgate.policy.fields import attr
from headgate.policy.schema import Part
from headgate.policy.value import Value

DEFAULTS: dict[str, Callable[[Context], str]] = {
    "api id": lambda context: context.api.id if context.api else "",
    "operation id": lambda context: context.operation.id if context.operation else "",
    "product id": lambda context: context.product.id if context.product else "",
    "user id": lambda context: context.user.id if context.user else "",
    "subscription id": lambda context: context.subscription.id if context.subscription else "",
    "location": lambda context: context.deployment.region,
    "gateway id": lambda context: context.deployment.gateway_id,
    "backend id": lambda context: context.backend.id if context.backend else "",
}
"""Dimensions that need no value, by their names in lower case."""


class Dimension(Part, name="dimension"):
    """One dimension of a metric; without a value it is one of the default dimensions."""

    name: Value[str] = attr("Name of the dimension.", example="User")
    value: Value[object] | None = attr(
        "Its value; may be left out for a default dimension such as `API ID`.",
        default=None,
        example="@(context.Subscription.Id)",
        empty=True,
    )


def evaluate_dimensions(
    dimensions: tuple[Dimension, ...], context: Context
) -> tuple[tuple[str, str], ...]:
    """Return names and values for one call. Raises DotNetError."""
    pairs = []
    for dimension in dimensions:
        name = dimension.name.of(context)
        if dimension.value is not None:
            value = to_text(dimension.value.of(context))
        else:
            default = DEFAULTS.get(name.lower())
            value = default(context) if default is not None else ""
        pairs.append((name, value))
    return tuple(pairs)
