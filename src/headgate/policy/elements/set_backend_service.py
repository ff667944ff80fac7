"""`set-backend-service` (apim.md 6.4)."""

from __future__ import annotations

from headgate.model.context import Context
from headgate.model.errors import CallError, Fault
from headgate.model.facts import TraceEntry
from headgate.model.messages import Url
from headgate.policy.backends import Chosen, choose_backend, choose_url
from headgate.policy.constraints import exactly_one
from headgate.policy.fields import attr, computed
from headgate.policy.schema import Element, ElementError
from headgate.policy.value import Value

BREADTH = ("global", "product", "api", "operation")
"""Scopes from broad to narrow."""


class SetBackendService(Element, name="set-backend-service", sections=("inbound", "backend")):
    """Send the request somewhere else: to a URL, or to a backend of the service.

    The path below the API's path and the query string stay. The backend may be a pool of others;
    `forward-request` chooses the member. A backend that a broader scope chose by its id can be
    replaced only by id: there, `base-url` has no effect but an entry in the trace.
    """

    example = '<set-backend-service base-url="https://api.example.com/v2" />'
    constraints = (exactly_one("base_url", "backend_id"),)

    base_url: Value[str] | None = attr(
        "Absolute http or https URL.", default=None, example="https://api.example.com/v2"
    )
    backend_id: Value[str] | None = attr(
        "Id of a backend of the service.", refers="backend", default=None
    )
    fixed: Url | None = computed()
    """The URL, where it is the same for every call."""

    def prepare(self) -> None:
        """Read a literal URL once."""
        self.fixed = None
        if self.base_url is not None and self.base_url.literal is not None:
            try:
                self.fixed = Url.parse(self.base_url.literal)
            except ValueError as error:
                message = "This is not an absolute http or https URL."
                raise ElementError(message, key="base_url") from error

    def apply(self, context: Context) -> None:
        """Aim the request. Raises CallError 500 for a target that does not exist; DotNetError."""
        if self.backend_id is not None:
            choose_backend(context, self.backend_id.of(context), scope=self.site.scope)
        elif self._is_overruled(context):
            message = "base-url has no effect: a broader scope chose a backend by backend-id."
            context.facts.append(TraceEntry(self.site.name, "information", message))
        else:
            choose_url(context, self.fixed or self._url(context))

    def _is_overruled(self, context: Context) -> bool:
        chosen: Chosen | None = context.owners.get(Chosen)
        if chosen is None:
            return False
        return BREADTH.index(chosen.scope) < BREADTH.index(self.site.scope)

    def _url(self, context: Context) -> Url:
        assert self.base_url is not None, "one of the two is given"
        try:
            return Url.parse(self.base_url.of(context))
        except ValueError as error:
            raise CallError(
                500,
                "The backend's base URL is not an absolute http or https URL.",
                source=self.site.name,
                reason="BackendUrlInvalid",
                fault=Fault.OPERATOR,
            ) from error
