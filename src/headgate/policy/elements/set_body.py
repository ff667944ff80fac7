"""`set-body` (apim.md 9.6)."""

from __future__ import annotations

from typing import Literal

from headgate.model.context import Context
from headgate.model.errors import CallError, Fault
from headgate.model.messages import Body, Request, Response
from headgate.policy.fields import attr, text
from headgate.policy.responses import current_response
from headgate.policy.schema import SECTIONS, Element, ElementError
from headgate.policy.value import Value

BODILESS = frozenset(("GET", "HEAD"))


class SetBody(Element, name="set-body", sections=SECTIONS):
    """Replace the body: of the request in inbound and backend, else of the answer.

    An object that an expression returns is written as its text, for a JObject as JSON. A GET
    without a body is an error; `set-method` comes first where it becomes a POST. The header
    Content-Encoding, which described the old body, goes with it.
    """

    example = '<set-body>@(context.Request.Body.As<string>().Replace("gpt-4", "gpt-4o"))</set-body>'

    template: Literal["liquid"] | None = attr(
        "Template language of the text; Liquid is not supported yet.", default=None
    )
    content: Value[bytes] = text(
        "The new body, in UTF-8; markup in it is taken as it is written.",
        empty=True,
        strip=False,
        markup=True,
        example="Hello",
    )

    def prepare(self) -> None:
        """Refuse templates."""
        if self.template is not None:
            message = "Liquid templates are not supported yet."
            raise ElementError(message, hint="Write the body as an expression.", key="template")

    def apply(self, context: Context) -> None:
        """Replace the body of the message that the section is about. Raises DotNetError.

        Raises CallError 500 for a request that has no body and can have none.
        """
        if self.site.section not in ("inbound", "backend"):
            self.write(context, current_response(context))
            return
        request = context.request
        if request.body is None and request.method in BODILESS:
            raise CallError(
                500,
                f"A {request.method} request has no body to set.",
                source="set-body",
                reason="RequestBodyMissing",
                fault=Fault.OPERATOR,
            )
        self.write(context, request)

    def write(self, context: Context, message: Request | Response) -> None:
        """Replace the body of any message. Raises DotNetError."""
        content = self.content.of(context)
        if message.body is None:
            message.body = Body(content)
        else:
            message.body.replace(content)
        message.headers.remove(b"content-encoding")
