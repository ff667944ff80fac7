"""`set-header` (apim.md 9.6)."""

from __future__ import annotations

from typing import Literal

from headgate.model.context import Context
from headgate.model.messages import Body, Headers, Response
from headgate.policy.fields import attr, children
from headgate.policy.schema import SECTIONS, Element
from headgate.policy.value import Value

ExistsAction = Literal["override", "skip", "append", "delete"]


class SetHeader(Element, name="set-header", sections=SECTIONS):
    """Set, add or delete a header: of the request in inbound and backend, else of the answer.

    Several values are joined by commas, but for headers whose values have lines of their own, such
    as Set-Cookie. Names compare without case.
    """

    example = (
        '<set-header name="x-team" exists-action="override">\n'
        "    <value>@(context.Subscription.Name)</value>\n"
        "</set-header>"
    )

    name: Value[str] = attr("Name of the header.", example="x-team")
    exists_action: Value[ExistsAction] = attr(
        "What happens when the header is there already.", default="override", any_case=True
    )
    values: tuple[Value[str], ...] = children("A value of the header.", name="value", empty=True)

    def apply(self, context: Context) -> None:
        """Change the headers of the message that the section is about. Raises DotNetError."""
        if self.site.section in ("inbound", "backend"):
            self.write(context, context.request.headers)
            return
        if context.response is None:
            # Outbound of a call that was never forwarded: its answer is an empty 200.
            context.response = Response(200, "OK", Headers(), Body())
        self.write(context, context.response.headers)

    def write(self, context: Context, headers: Headers) -> None:
        """Change the headers of any message. Raises DotNetError."""
        name = self.name.of(context)
        action = self.exists_action.of(context)
        if action == "delete":
            headers.remove(name.lower().encode("latin-1", "replace"))
            return
        if action == "skip" and name in headers:
            return
        values = [value.of(context) for value in self.values]
        if action == "append":
            values = [*headers.values(name), *values]
        headers.set(name, *values)
