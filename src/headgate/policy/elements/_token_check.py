"""What `validate-jwt` and `validate-azure-ad-token` share (apim.md 9.2)."""

from __future__ import annotations

from abc import abstractmethod

from headgate.csharp.library.jwt import Jwt
from headgate.model.context import Context
from headgate.model.errors import CallError, Fault, internal_error
from headgate.policy.effects import Steps
from headgate.policy.elements._token_parts import RequiredClaims
from headgate.policy.fields import attr, child, computed
from headgate.policy.kinds import HeaderName
from headgate.policy.schema import Element
from headgate.policy.signatures import Token, TokenRefused
from headgate.policy.trust import KeysUnavailable, Trust
from headgate.policy.value import Value


class TokenCheck(Element):
    """Finds a token in a request, and turns what is wrong with it into an answer."""

    header_name: Value[HeaderName] | None = attr(
        "Header that holds the token, with or without a scheme such as `Bearer` in front.",
        default=None,
        example="Authorization",
    )
    query_parameter_name: Value[str] | None = attr(
        "Query parameter that holds the token.", default=None, example="access_token"
    )
    token_value: Value[str] | None = attr(
        "The token itself, without `Bearer`.",
        default=None,
        example='@((string)context.Variables["token"])',
    )
    failed_validation_httpcode: Value[int] = attr(
        "Status of the answer to a token that is not good.", at_least=200, at_most=599, default=401
    )
    failed_validation_error_message: Value[str] | None = attr(
        "Message of that answer; what is wrong, if absent.", default=None, empty=True
    )
    output_token_variable_name: str | None = attr(
        "Variable that gets the token as a `Jwt`.", default=None, example="jwt"
    )
    required_claims: RequiredClaims | None = child(
        "What else a token has to say.", name="required-claims", default=None
    )

    trust: Trust = computed()

    def prepare(self) -> None:
        """Begin to remember tokens."""
        self.trust = Trust()

    @abstractmethod
    def examined(self, context: Context, text: str) -> Steps[Token]:
        """Return the token in a text. Raises TokenRefused, KeysUnavailable, CallError."""

    def scheme(self, context: Context) -> str | None:
        """Return the scheme that has to stand before the token; None: any, or none."""
        return None

    def run(self, context: Context) -> Steps[None]:
        """Check the token. Raises CallError with the status that is set, 500, DotNetError."""
        try:
            token = yield from self.examined(context, self._text(context))
        except TokenRefused as refused:
            raise self._refusal(context, refused) from refused
        except KeysUnavailable as missing:
            reason, detail = "OpenIdConfigurationUnavailable", str(missing)
            fault = Fault.UPSTREAM
            raise internal_error(self.site.name, reason, detail=detail, fault=fault) from missing
        if self.output_token_variable_name is not None:
            jwt = Jwt(token.header, token.claims)
            context.variables[self.output_token_variable_name] = jwt

    def _text(self, context: Context) -> str:
        """Return the text of the token. Raises TokenRefused where there is none."""
        if self.token_value is not None:
            found = [self.token_value.of(context)]
        elif self.query_parameter_name is not None:
            name = self.query_parameter_name.of(context).lower()
            query = context.request.url.query
            found = [value for key in query if key.lower() == name for value in query[key]]
        else:
            header = "Authorization" if self.header_name is None else self.header_name.of(context)
            found = context.request.headers.values(header)
            required = self.scheme(context) if header.lower() == "authorization" else None
            found = [without_scheme(line, required) for line in found]
        if len(found) > 1:
            # The backend may read another one than was checked.
            raise TokenRefused("JwtInvalid", "The request has several tokens.")
        text = found[0].strip() if found else ""
        if not text:
            raise TokenRefused("TokenNotPresent", "JWT not present.")
        return text

    def _refusal(self, context: Context, refused: TokenRefused) -> CallError:
        """Return the error: the caller is told the message that is set, on-error the cause."""
        detail = refused.message
        if refused.reason not in ("TokenNotPresent", "JwtInvalid"):
            detail += " Access denied."
        told = self.failed_validation_error_message
        error = CallError(
            self.failed_validation_httpcode.of(context),
            detail if told is None else told.of(context),
            source=self.site.name,
            reason=refused.reason,
        )
        error.detail = detail
        return error


def without_scheme(line: str, required: str | None) -> str:
    """Return what follows the scheme in a header; nothing where it is not the required one."""
    scheme, _, rest = line.strip().partition(" ")
    if required is not None and scheme.lower() != required.lower():
        return ""
    return rest or ("" if required is not None else scheme)
