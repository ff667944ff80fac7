"""`get-authorization-context` (apim.md 9.2)."""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote

from headgate.csharp.library.authorization import Authorization
from headgate.model.context import Context
from headgate.model.errors import CallError, internal_error
from headgate.policy.effects import FetchToken, Steps, TokenFailed
from headgate.policy.fields import attr
from headgate.policy.schema import Element, ElementError
from headgate.policy.tracing import keep_secret
from headgate.policy.value import Value

NO_CALLER = "The identity of a caller cannot be checked against a connection."


class GetAuthorizationContext(Element, name="get-authorization-context", sections=("inbound",)):
    """Get the access token of a connection to a credential provider, as an `Authorization`.

    A connection is an entry of `[[managed-identity]]` in `headgate.toml` whose resource is
    `authorization://PROVIDER-ID/AUTHORIZATION-ID`; the tokens are kept until they expire. `Claims`
    is empty: of the provider's answer only the token is kept. Whoever may change policies may use
    each connection, so `identity-type="jwt"`, which asks for the rights of a caller, is refused.
    """

    example = (
        '<get-authorization-context provider-id="github-01" authorization-id="auth-01"'
        ' context-variable-name="auth-context" />'
    )

    provider_id: Value[str] = attr("The credential provider.", example="github-01")
    authorization_id: Value[str] = attr("The connection to it.", example="auth-01")
    context_variable_name: Value[str] = attr(
        "Variable that gets the `Authorization`.", example="auth-context"
    )
    identity_type: Value[Literal["managed", "jwt"]] = attr(
        "Whose rights count: those of the gateway (`managed`), or of a caller (`jwt`).",
        default="managed",
        any_case=True,
    )
    identity: Value[str] | None = attr(
        "Token of the caller; ignored unless `identity-type` is `jwt`.", default=None
    )
    ignore_error: Value[bool] = attr(
        "Whether the call goes on when there is no token; the variable is null then.",
        default=False,
    )

    def prepare(self) -> None:
        """Refuse what cannot be checked. Raises ElementError."""
        if self.identity_type.literal == "jwt":
            raise ElementError(NO_CALLER, hint="Use `managed`.", key="identity_type")

    def run(self, context: Context) -> Steps[None]:
        """Get the token. Raises CallError 500 without one, DotNetError."""
        name = self.context_variable_name.of(context)
        try:
            token = yield from self._token(context)
        except CallError:
            if not self.ignore_error.of(context):
                raise
            context.variables[name] = None
        else:
            context.variables[name] = Authorization(token, {})

    def _token(self, context: Context) -> Steps[str]:
        """Return the token of the connection. Raises CallError 500, DotNetError."""
        if self.identity_type.of(context) != "managed":
            raise _failure(NO_CALLER)
        ids = (self.provider_id.of(context), self.authorization_id.of(context))
        provider, authorization = (quote(one, safe="") for one in ids)
        token = yield from FetchToken(f"authorization://{provider}/{authorization}", None)
        if isinstance(token, TokenFailed):
            raise _failure(token.message)
        keep_secret(context, token)
        return token


def _failure(detail: str) -> CallError:
    """Return the error of a connection that gives no token."""
    return internal_error("get-authorization-context", "AuthorizationNotAcquired", detail=detail)
