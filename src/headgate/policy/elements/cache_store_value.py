"""`cache-store-value` (apim.md 4.4)."""

from __future__ import annotations

from headgate.model.context import Context
from headgate.policy.caching import CACHING_TYPE, CachingType, value_key
from headgate.policy.effects import CacheStore, Steps
from headgate.policy.fields import attr
from headgate.policy.kinds import Duration
from headgate.policy.schema import SECTIONS, Element
from headgate.policy.value import Value


class CacheStoreValue(Element, name="cache-store-value", sections=SECTIONS):
    """Put a value into the cache.

    It is kept as it is now, with its .NET type, and can be looked up at once. What is no data, such
    as a sequence that LINQ has not made a list of, is not kept; the gateway's log says so.
    """

    example = (
        '<cache-store-value key="@(&quot;tier-&quot; + context.Subscription.Id)"'
        ' value="@((string)context.Variables[&quot;tier&quot;])" duration="3600" />'
    )

    key: Value[str] = attr("Key of the value.", example="tier")
    value: Value[object] = attr(
        "What is stored.", example='@((string)context.Variables["tier"])', empty=True, strip=False
    )
    duration: Value[Duration] = attr(
        "Seconds to keep it; 0 takes it away.", at_least=0, example="3600"
    )
    caching_type: CachingType = attr(CACHING_TYPE, default="prefer-external", any_case=True)

    def run(self, context: Context) -> Steps[None]:
        """Store. Raises DotNetError."""
        key = value_key(self.key.of(context))
        value = self.value.of(context)
        yield from CacheStore(key, value, duration=self.duration.of(context))
