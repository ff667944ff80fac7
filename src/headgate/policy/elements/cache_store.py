"""`cache-store` (apim.md 4.3)."""

from __future__ import annotations

from headgate.model.clock import Micros
from headgate.model.context import Context
from headgate.model.messages import Response
from headgate.policy.caching import Wanted, tell_downstream
from headgate.policy.effects import CacheStore, Steps
from headgate.policy.fields import attr
from headgate.policy.kinds import Duration
from headgate.policy.recording import record
from headgate.policy.schema import Element
from headgate.policy.value import Value


class StoreAnswer(Element, name="cache-store", sections=("outbound",), once=True):
    """Keep the answer for the requests that `cache-lookup` finds it for.

    It is kept as it is at this place of outbound; what follows, such as `find-and-replace`, is done
    to cached answers too. Without a `cache-lookup` in inbound that looked and found nothing, the
    element does nothing. Set-Cookie and the headers of limits, which belong to one caller, are not
    kept, nor are answers of more than 2 MiB.

    An answer that is still on its way passes to the client as it comes, and is kept when it has
    ended; one that breaks off is not.
    """

    example = '<cache-store duration="3600" />'

    duration: Value[Duration] = attr("Seconds to keep the answer.", at_least=0, example="3600")
    cache_response: Value[bool] | None = attr(
        "Whether the answer is kept, whatever its status. If absent, only a 200 is.", default=None
    )

    def run(self, context: Context) -> Steps[None]:
        """Store, or see to it that the answer is stored when it has ended. Raises DotNetError."""
        wanted: Wanted | None = context.owners.pop(Wanted, None)
        response = context.response
        if wanted is None or response is None or not self._is_kept(context, response):
            return
        duration = self.duration.of(context)
        expires = context.clock.now() + duration

        def keep(answer: Response) -> Steps[None]:
            left = expires - context.clock.now()
            yield from CacheStore(wanted.key, (answer, expires), duration=left)

        yield from record(context, keep)
        tell_downstream(response, wanted, left=Micros(duration))

    def _is_kept(self, context: Context, response: Response) -> bool:
        if self.cache_response is None:
            return response.status == 200
        return self.cache_response.of(context)
