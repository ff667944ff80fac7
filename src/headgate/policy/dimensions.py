"""Dimensions of metrics, declared alike by all metric policies (apim.md section 3)."""

from __future__ import annotations

from collections.abc import Callable

from headgate.csharp.values import to_text
from headgate.model.context import Context
from headgate.policy.fields import attr, computed
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
    pair: Callable[[Context], tuple[str, str]] = computed()
    """Returns name and value for one call. Raises DotNetError."""

    def prepare(self) -> None:
        """Decide at load where the value comes from, as far as the name is known."""
        given, name = self.value, self.name.literal
        if given is not None:
            of_name, of_value = self.name.of, given.of
            self.pair = lambda context: (of_name(context), to_text(of_value(context)))
        elif name is not None:
            default = DEFAULTS.get(name.lower(), unknown)
            self.pair = lambda context: (name, default(context))
        else:
            self.pair = self._named_per_call

    def _named_per_call(self, context: Context) -> tuple[str, str]:
        name = self.name.of(context)
        return name, DEFAULTS.get(name.lower(), unknown)(context)


def unknown(context: Context) -> str:
    """Return the value of a dimension that has none and is no default one."""
    return ""


def evaluate_dimensions(
    dimensions: tuple[Dimension, ...], context: Context
) -> tuple[tuple[str, str], ...]:
    """Return names and values for one call. Raises DotNetError."""
    return tuple([dimension.pair(context) for dimension in dimensions])
