"""`rewrite-uri` (apim.md 9.6)."""

from __future__ import annotations

import re
from urllib.parse import quote

from headgate.model.context import Context
from headgate.model.errors import CallError, Fault
from headgate.policy.fields import attr
from headgate.policy.query_strings import joined, parameters, without
from headgate.policy.schema import Element
from headgate.policy.value import Value
from headgate.routing.safety import climbs

PARAMETER = re.compile(r"\{(\*?)([^{}]*)\}")


class RewriteUri(Element, name="rewrite-uri", sections=("inbound",)):
    """Change path and query string of the request, as the backend gets them.

    The template replaces the path below the API's path; `{name}` in it is a parameter of the
    operation's URL template. The backend's base URL stays.
    """

    example = '<rewrite-uri template="/v2/orders?order={id}" copy-unmatched-params="false" />'

    template: Value[str] = attr(
        "The new path, and optionally a query string.", example="/v2/orders?order={id}"
    )
    copy_unmatched_params: Value[bool] = attr(
        "Whether query parameters are kept that neither the operation nor the template names.",
        default=True,
    )

    def apply(self, context: Context) -> None:
        """Rewrite. Raises DotNetError; CallError 500 for an unknown parameter, 400 for `..`."""
        path, _, query = self.template.of(context).partition("?")
        url = context.request.url
        new = [self._filled(raw, context) for _, raw in parameters(query)]
        query_string = joined(new)
        if self.copy_unmatched_params.of(context):
            named = context.operation.url_template.partition("?")[2] if context.operation else ""
            known = [name for name, _ in parameters(named) + parameters(query_string)]
            kept = without(url.query_string, known).removeprefix("?")
            query_string = joined(part for part in (*new, kept) if part)
        path = "/" + self._filled(path, context).removeprefix("/")
        if climbs(path):
            # What a parameter holds came from the caller: it may not lead out of the template.
            raise CallError(
                400,
                "The path holds a dot segment.",
                source="rewrite-uri",
                reason="PathInvalid",
            )
        context.rewrite(path)
        url.query_string = query_string

    def _filled(self, text: str, context: Context) -> str:
        """Return the text with its parameters put in, percent-encoded."""
        if "{" not in text:
            return text
        values = context.request.matched_parameters

        def value_of(match: re.Match[str]) -> str:
            value = values.get(match[2])
            if value is None:
                raise CallError(
                    500,
                    f"The operation has no parameter {match[2]}.",
                    source="rewrite-uri",
                    reason="TemplateParameterMissing",
                    fault=Fault.OPERATOR,
                )
            return quote(value, safe="/" if match[1] else "")

        return PARAMETER.sub(value_of, text)
