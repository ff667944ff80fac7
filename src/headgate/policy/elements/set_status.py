"""`set-status` (apim.md 9.6)."""

from __future__ import annotations

from http import HTTPStatus

from headgate.model.context import Context
from headgate.model.messages import Response
from headgate.policy.fields import attr
from headgate.policy.responses import current_response
from headgate.policy.schema import SECTIONS, Element
from headgate.policy.value import Value

PHRASES = {status.value: status.phrase for status in HTTPStatus}


class SetStatus(Element, name="set-status", sections=SECTIONS):
    """Change the status of the answer. The answer of a backend that follows has its own."""

    example = '<set-status code="503" reason="Busy" />'

    code: Value[int] = attr("The status code.", at_least=100, at_most=599, example="503")
    reason: Value[str] | None = attr(
        "The phrase after the code; that of HTTP if absent.",
        default=None,
        example="Busy",
        empty=True,
    )

    def apply(self, context: Context) -> None:
        """Change the status of the current answer. Raises DotNetError."""
        self.write(context, current_response(context))

    def write(self, context: Context, response: Response) -> None:
        """Change the status of any answer. Raises DotNetError."""
        code = self.code.of(context)
        response.reason = PHRASES.get(code, "") if self.reason is None else self.reason.of(context)
        response.status = code
