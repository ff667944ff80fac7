"""`set-header` (apim.md 9.6)."""

from __future__ import annotations

from typing import Literal

from headgate.model.context import Context
from headgate.model.errors import CallError
from headgate.model.messages import (
    SEPARATE_LINES,
    Body,
    HeaderItem,
    Headers,
    Response,
    header_name,
    header_value,
)
from headgate.policy.fields import attr, children, computed
from headgate.policy.schema import SECTIONS, Element, ElementError
from headgate.policy.value import Value

ExistsAction = Literal["override", "skip", "append", "delete"]


class SetHeader(Element, name="set-header", sections=SECTIONS):
    """Set, add or delete a header: of the request in inbound and backend, else of the answer.

    Several values are joined by commas, but for headers whose values have lines of their own, such
    as Set-Cookie. A value that is null is none: a header that is left without any is not there, as
    in Microsoft's example of on-error. Names compare without case.
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
    values: tuple[Value[str | None], ...] = children(
        "A value of the header.", name="value", empty=True
    )

    fixed_name: tuple[bytes, bytes] | None = computed()
    """The name in lower case and as written, where it is the same for every call."""
    only: Value[str | None] | None = computed()
    """The value, where there is one and it replaces what is there."""
    fixed: list[HeaderItem] | None = computed()
    """The line, where it is the same for every call."""

    def prepare(self) -> None:
        """Check a literal name, and make a literal line, once."""
        overrides = self.exists_action.literal == "override" and len(self.values) == 1
        self.only = self.values[0] if overrides else None
        self.fixed_name = None
        if self.name.literal is not None:
            try:
                self.fixed_name = header_name(self.name.literal)
            except CallError as error:
                # The error quotes the name, in part and escaped: a secret would not be known in it.
                raise ElementError("This is not the name of a header.", key="name") from error
        self.fixed = None
        literal = None if self.only is None else self.only.literal
        if self.fixed_name is not None and literal is not None:
            try:
                self.fixed = [(*self.fixed_name, header_value(literal))]
            except CallError as error:
                raise ElementError("A header's value may not hold line ends or NUL.") from error

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
        """Change the headers of any message. Raises DotNetError, CallError."""
        if self.fixed is not None:
            headers.replace(self.fixed[0][0], self.fixed)
            return
        lower, raw = self.fixed_name or header_name(self.name.of(context))
        if self.only is not None:
            value = self.only.of(context)
            headers.replace(lower, [] if value is None else [(lower, raw, header_value(value))])
            return
        action = self.exists_action.of(context)
        if action == "delete":
            headers.remove(lower)
            return
        if action == "skip" and headers.first(lower) is not None:
            return
        given = [value.of(context) for value in self.values]
        lines = [header_value(value) for value in given if value is not None]
        if action == "append":
            lines = [item[2] for item in headers.items if item[0] == lower] + lines
        if len(lines) > 1 and lower not in SEPARATE_LINES:
            lines = [b",".join(lines)]
        headers.replace(lower, [(lower, raw, line) for line in lines])
