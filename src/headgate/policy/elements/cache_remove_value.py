"""`cache-remove-value` (apim.md 4.4)."""

from __future__ import annotations

from headgate.model.context import Context
from headgate.policy.caching import CACHING_TYPE, CachingType, value_key
from headgate.policy.effects import CacheRemove, Steps
from headgate.policy.fields import attr
from headgate.policy.schema import SECTIONS, Element
from headgate.policy.value import Value


class CacheRemoveValue(Element, name="cache-remove-value", sections=SECTIONS):
    """Take a value out of the cache, if it is there."""

    example = '<cache-remove-value key="@(&quot;tier-&quot; + context.Subscription.Id)" />'

    key: Value[str] = attr("Key of the value.", example="tier")
    caching_type: CachingType = attr(CACHING_TYPE, default="prefer-external", any_case=True)

    def run(self, context: Context) -> Steps[None]:
        """Remove. Raises DotNetError."""
        yield from CacheRemove(value_key(self.key.of(context)))
