"""`authentication-managed-identity` (apim.md 6.7)."""

from __future__ import annotations

from headgate.model.context import Context
from headgate.model.errors import CallError, Fault
from headgate.policy.effects import FetchToken, Steps, TokenFailed
from headgate.policy.fields import attr
from headgate.policy.schema import SECTIONS, Element
from headgate.policy.tracing import keep_secret
from headgate.policy.value import Value


class AuthenticationManagedIdentity(
    Element, name="authentication-managed-identity", sections=SECTIONS
):
    """Get an access token for a resource and send it to the backend.

    The token goes into the header Authorization, or into a variable if one is named. Where tokens
    come from is configured per resource; they are kept until they expire. In outbound and on-error,
    where documents get tokens for requests of their own, only a variable makes sense.
    """

    example = (
        '<authentication-managed-identity resource="https://cognitiveservices.azure.com"'
        ' output-token-variable-name="token" />'
    )

    resource: Value[str] = attr(
        "What the token is for.", example="https://cognitiveservices.azure.com"
    )
    client_id: Value[str] | None = attr(
        "Client id of a user-assigned identity; that of the gateway if absent.", default=None
    )
    output_token_variable_name: str | None = attr(
        "Variable that gets the token; Authorization is then left alone.", default=None
    )
    ignore_error: bool = attr(
        "Whether the call goes on without a token when none can be had.", default=False
    )

    def run(self, context: Context) -> Steps[None]:
        """Get the token and put it where it belongs. Raises CallError 500, DotNetError."""
        token = yield from self.acquire(context)
        if token is not None:
            context.request.headers.set("Authorization", f"Bearer {token}")

    def acquire(self, context: Context) -> Steps[str | None]:
        """Return the token; None if there is none, or a variable has it.

        Raises CallError 500 when none can be had, DotNetError.
        """
        client_id = self.client_id.of(context) if self.client_id is not None else None
        token = yield from FetchToken(self.resource.of(context), client_id)
        if isinstance(token, TokenFailed):
            if self.ignore_error:
                return None
            raise CallError(
                500,
                token.message,
                source="authentication-managed-identity",
                reason="TokenNotAcquired",
                fault=Fault.OPERATOR,
            )
        keep_secret(context, token)
        if self.output_token_variable_name is None:
            return token
        context.variables[self.output_token_variable_name] = token
        return None
