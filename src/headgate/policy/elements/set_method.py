"""`set-method` (apim.md 9.6)."""

from __future__ import annotations

import re

from headgate.model.context import Context
from headgate.policy.fields import text
from headgate.policy.schema import Element, ElementError
from headgate.policy.value import Value

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""RFC 9110, 5.6.2."""


class SetMethod(Element, name="set-method", sections=("inbound", "on-error")):
    """Change the method of the request, as the backend gets it."""

    example = "<set-method>POST</set-method>"

    method: Value[str] = text("The method, such as `POST`.", example="POST")

    def prepare(self) -> None:
        """Refuse a literal that no request line can hold."""
        method = self.method.literal
        if method is not None and not TOKEN.fullmatch(method):
            raise ElementError("This is not an HTTP method.", key="method")

    def apply(self, context: Context) -> None:
        """Change the method. Raises DotNetError."""
        context.request.method = self.method.of(context)
