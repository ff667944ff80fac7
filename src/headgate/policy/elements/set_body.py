"""`set-body` (apim.md 9.6)."""

from __future__ import annotations

from typing import Literal

from headgate.model.context import Context
from headgate.model.errors import CallError, Fault, internal_error
from headgate.model.messages import Body, Request, Response
from headgate.policy.fields import attr, computed, text
from headgate.policy.liquid import Template, TemplateError
from headgate.policy.responses import current_response
from headgate.policy.schema import SECTIONS, Element, ElementError
from headgate.policy.value import Value

BODILESS = frozenset(("GET", "HEAD"))


class SetBody(Element, name="set-body", sections=SECTIONS):
    """Replace the body: of the request in inbound and backend, else of the answer.

    An object that an expression returns is written as its text, for a JObject as JSON; null is an
    empty body. A GET without a body is an error; `set-method` comes first where it becomes a POST.
    The header Content-Encoding, which described the old body, goes with it.

    With `template="liquid"` the text is a Liquid template. It sees `body`, read as JSON or XML by
    its Content-Type, and `context` with `Request`, `Response` and `Variables`, in the naming of C#.
    """

    example = '<set-body>@(context.Request.Body.As<string>().Replace("gpt-4", "gpt-4o"))</set-body>'

    template: Literal["liquid", "none"] = attr("Template language of the text.", default="none")
    xsi_nil: Literal["blank", "null"] = attr(
        "What an XML element marked as nil is in a template: empty, or null.", default="blank"
    )
    parse_date: bool = attr(
        "Whether texts of a JSON body that look like dates are dates in a template.", default=True
    )
    content: Value[bytes | None] = text(
        "The new body, in UTF-8; markup in it is taken as it is written.",
        empty=True,
        strip=False,
        markup=True,
        example="Hello",
    )

    filling: Template | None = computed()
    """The template, where there is one."""

    def prepare(self) -> None:
        """Compile a template."""
        self.filling = None
        if self.template == "none":
            return
        text = self.content.literal
        if text is None:
            message = "A template is a text, not an expression."
            raise ElementError(message, hint="Drop `template`.", key="template")
        try:
            self.filling = Template(text.decode(), nil=self.xsi_nil, parse_dates=self.parse_date)
        except TemplateError as error:
            raise ElementError(f"The template makes no sense: {error}.", key="template") from error
        if self.filling.reads_body:
            of_request = self.site.section in ("inbound", "backend")
            self.reads |= {"request.body" if of_request else "response.body"}

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
        if self.filling is None:
            content = self.content.of(context) or b""
        else:
            content = self._filled(context)
        if message.body is None:
            message.body = Body(content)
        else:
            message.body.replace(content)
        message.headers.remove(b"content-encoding")

    def _filled(self, context: Context) -> bytes:
        """Fill the template; `body` is that of the call's message, whatever is written."""
        of_request = self.site.section in ("inbound", "backend")
        source = context.request if of_request else current_response(context)
        assert self.filling is not None
        try:
            return self.filling.fill(context, source)
        except TemplateError as error:
            detail = f"The Liquid template cannot be filled: {error}"
            raise internal_error("set-body", "TemplateError", detail=detail) from error
