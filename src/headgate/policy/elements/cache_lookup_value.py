"""`cache-lookup-value` (apim.md 4.4)."""

from __future__ import annotations

from headgate.model.context import Context
from headgate.policy.caching import CACHING_TYPE, CachingType, value_key
from headgate.policy.effects import CacheLookup, Steps
from headgate.policy.fields import attr
from headgate.policy.schema import SECTIONS, Element
from headgate.policy.value import Value


class CacheLookupValue(Element, name="cache-lookup-value", sections=SECTIONS):
    """Look a value up in the cache and keep it in a variable.

    The value has the .NET type that it was stored with, and is this call's own: to change an object
    does not change the cache. A value that is not there leaves the default in the variable; without
    a default the variable is left as it is, so that `ContainsKey` tells.
    """

    example = (
        '<cache-lookup-value key="@(&quot;tier-&quot; + context.Subscription.Id)"'
        ' variable-name="tier" default-value="free" />'
    )

    key: Value[str] = attr("Key of the value.", example="tier")
    variable_name: str = attr("Variable that gets the value.", example="tier")
    default_value: Value[object] | None = attr(
        "What the variable gets if the cache does not have the value.",
        default=None,
        example="free",
        empty=True,
        strip=False,
    )
    caching_type: CachingType = attr(CACHING_TYPE, default="prefer-external", any_case=True)

    def run(self, context: Context) -> Steps[None]:
        """Look up. Raises DotNetError."""
        cached = yield from CacheLookup(value_key(self.key.of(context)))
        if cached is not None:
            context.variables[self.variable_name] = cached.value
        elif self.default_value is not None:
            context.variables[self.variable_name] = self.default_value.of(context)
