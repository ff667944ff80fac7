"""`find-and-replace` (apim.md 9.6)."""

from __future__ import annotations

from headgate.model.context import Context
from headgate.policy.fields import attr
from headgate.policy.rewriting import rewrite_body
from headgate.policy.schema import SECTIONS, Element
from headgate.policy.value import Value


class FindAndReplace(Element, name="find-and-replace", sections=SECTIONS):
    """Replace a text wherever it stands in the body.

    It is the body of the request in inbound and backend, else that of the answer. The whole body is
    waited for, that of a stream too. A body in gzip or deflate is sent on in plain; one in another
    content encoding is an error, which a backend that is sent `Accept-Encoding: gzip` spares.
    """

    example = '<find-and-replace from="notebook" to="laptop" />'

    old: Value[bytes] = attr("What is looked for.", name="from", strip=False, example="notebook")
    new: Value[bytes] = attr(
        "What stands in its place.", name="to", empty=True, strip=False, example="laptop"
    )

    def prepare(self) -> None:
        """Have the body read first."""
        is_request = self.site.section in ("inbound", "backend")
        self.reads |= {"request.body" if is_request else "response.body"}

    def apply(self, context: Context) -> None:
        """Replace. Raises DotNetError, CallError 500."""
        old, new = self.old.of(context), self.new.of(context)
        is_request = self.site.section in ("inbound", "backend")
        message = context.request if is_request else context.response
        if old:
            rewrite_body(message, lambda text: text.replace(old, new), source="find-and-replace")
