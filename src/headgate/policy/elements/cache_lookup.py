"""`cache-lookup` (apim.md 4.2)."""

from __future__ import annotations

from collections.abc import Iterator

from headgate.model.clock import Micros
from headgate.model.context import Context
from headgate.model.facts import CacheAsked
from headgate.policy.caching import (
    CACHING_TYPE,
    CachingType,
    Downstream,
    Wanted,
    acceptable,
    answer_key,
    names_of,
    tell_downstream,
)
from headgate.policy.effects import CacheLookup, Steps
from headgate.policy.fields import attr, children
from headgate.policy.plan import AnswerFound
from headgate.policy.schema import Element
from headgate.policy.value import Value


class LookupAnswer(Element, name="cache-lookup", sections=("inbound",), once=True):
    """Answer a GET from the cache if `cache-store` has kept an answer for it.

    The rest of inbound and the backend are then skipped, and outbound runs. An answer is found for
    the same API, host and path, as they are where the element stands, and the same query string;
    if query parameters are named, only these have to be the same. A request with the header
    Authorization is neither looked up nor stored unless `allow-private-response-caching` says so.
    An answer in an encoding that the caller does not accept is not found.

    `downstream-caching-type` decides on the header Cache-Control of the answers that are stored or
    found: `no-store`, or `private` or `public` with the seconds left.
    """

    example = (
        '<cache-lookup vary-by-developer="false" vary-by-developer-groups="false">\n'
        "    <vary-by-header>Accept</vary-by-header>\n"
        "    <vary-by-query-parameter>version</vary-by-query-parameter>\n"
        "</cache-lookup>"
    )

    vary_by_developer: Value[bool] = attr(
        "Whether each owner of a subscription has answers of his own.", example="false"
    )
    vary_by_developer_groups: Value[bool] = attr(
        "Whether the users of each set of groups have answers of their own.", example="false"
    )
    allow_private_response_caching: Value[bool] = attr(
        "Whether requests with the header Authorization are answered from the cache too.",
        default=False,
    )
    caching_type: CachingType = attr(CACHING_TYPE, default="prefer-external", any_case=True)
    downstream_caching_type: Value[Downstream] = attr(
        "Who else may keep the answers: nobody, the client, or everybody on the way.",
        default="none",
        any_case=True,
    )
    must_revalidate: Value[bool] = attr(
        "Whether those who keep an answer have to ask again when its time is over.", default=True
    )
    headers: tuple[Value[str], ...] = children(
        "A header by whose value answers differ; several with semicolons.", name="vary-by-header"
    )
    parameters: tuple[Value[str], ...] = children(
        "A query parameter by whose value answers differ; several with semicolons.",
        name="vary-by-query-parameter",
    )

    def run(self, context: Context) -> Steps[None]:
        """Look up. Raises AnswerFound, DotNetError."""
        request = context.request
        if request.method != "GET" or not self._may_be_cached(context):
            return
        wanted = Wanted(
            answer_key(self._depends_on(context)),
            self.downstream_caching_type.of(context),
            self.must_revalidate.of(context),
        )
        cached = yield from CacheLookup(wanted.key)
        if cached is not None:
            response, expires = cached.value
            if acceptable(request, response):
                context.facts.append(CacheAsked(self.site.name, "hit"))
                tell_downstream(response, wanted, left=Micros(expires - context.clock.now()))
                context.response = response
                raise AnswerFound
        context.facts.append(CacheAsked(self.site.name, "miss"))
        context.owners[Wanted] = wanted

    def _may_be_cached(self, context: Context) -> bool:
        private = context.request.headers.first(b"authorization") is not None
        return not private or self.allow_private_response_caching.of(context)

    def _depends_on(self, context: Context) -> Iterator[str]:
        """Yield what the answer depends on. Raises DotNetError."""
        url, user = context.request.url, context.user
        yield "" if context.api is None else context.api.id
        yield f"{url.scheme}://{url.host}:{url.port}{url.path}"
        names = names_of(self.parameters, context)
        if names:
            query = {name.lower(): values for name, values in url.query.items()}
            for name in names:
                yield f"{name}={query.get(name.lower())}"
        else:
            yield url.query_string
        for name in names_of(self.headers, context):
            yield f"{name}:{context.request.headers.get(name)!r}"
        if self.vary_by_developer.of(context):
            yield f"developer {None if user is None else user.id!r}"
        if self.vary_by_developer_groups.of(context):
            yield f"groups {sorted(group.id for group in user.groups) if user else []}"
