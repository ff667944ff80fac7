"""`authentication-basic` (apim.md 9.2)."""

from __future__ import annotations

from base64 import b64encode

from headgate.model.context import Context
from headgate.policy.fields import attr
from headgate.policy.schema import Element
from headgate.policy.value import Value


class AuthenticationBasic(Element, name="authentication-basic", sections=("inbound",)):
    """Send a user name and a password to the backend, as Basic authentication (RFC 7617).

    Sets the header Authorization of the request.
    """

    example = '<authentication-basic username="headgate" password="secret" />'

    username: Value[str] = attr("User name.", example="headgate")
    password: Value[str] = attr("Password.", empty=True, strip=False, example="secret")

    def apply(self, context: Context) -> None:
        """Set the header. Raises DotNetError."""
        pair = f"{self.username.of(context)}:{self.password.of(context)}"
        value = b64encode(pair.encode("utf-8", "replace")).decode()
        context.request.headers.set("Authorization", f"Basic {value}")
