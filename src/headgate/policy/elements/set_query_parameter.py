"""`set-query-parameter` (apim.md 9.6)."""

from __future__ import annotations

from typing import Literal

from headgate.model.context import Context
from headgate.policy.fields import attr, children
from headgate.policy.query_strings import has, with_added, with_set, without
from headgate.policy.schema import Element
from headgate.policy.value import Value

ExistsAction = Literal["override", "skip", "append", "delete"]


class SetQueryParameter(Element, name="set-query-parameter", sections=("inbound", "backend")):
    """Set, add or delete a parameter of the request's query string.

    Several values make several parameters of the same name; one that is null is none. Names compare
    without case. All other parameters stay exactly as the caller wrote them.
    """

    example = (
        '<set-query-parameter name="api-version" exists-action="skip">\n'
        "    <value>2024-10-21</value>\n"
        "</set-query-parameter>"
    )

    name: Value[str] = attr("Name of the parameter.", example="api-version")
    exists_action: Value[ExistsAction] = attr(
        "What happens when the parameter is there already.", default="override", any_case=True
    )
    values: tuple[Value[str | None], ...] = children(
        "A value of the parameter.", name="value", empty=True
    )

    def apply(self, context: Context) -> None:
        """Change the query string. Raises DotNetError."""
        url = context.request.url
        name = self.name.of(context)
        action = self.exists_action.of(context)
        if action == "delete":
            url.query_string = without(url.query_string, (name,))
            return
        if action == "skip" and has(url.query_string, name):
            return
        given = [value.of(context) for value in self.values]
        values = [value for value in given if value is not None]
        change = with_added if action == "append" else with_set
        url.query_string = change(url.query_string, name, values=values)
