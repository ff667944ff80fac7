"""`validate-azure-ad-token` (apim.md 9.2)."""

from __future__ import annotations

import re
from urllib.parse import quote

from headgate.model.context import Context
from headgate.policy.claims import (
    check_audience,
    check_claims,
    check_issuer,
    check_lifetime,
    of_tenant,
    texts,
)
from headgate.policy.constraints import at_most_one
from headgate.policy.effects import Steps
from headgate.policy.elements._token_check import TokenCheck
from headgate.policy.elements._token_parts import Audiences, DecryptionKeys
from headgate.policy.fields import attr, child, children
from headgate.policy.schema import Part
from headgate.policy.signatures import KeySet, Token, TokenRefused
from headgate.policy.value import Value

NO_KEYS = KeySet(())
VERSION_2 = re.compile(r"https://login\.microsoftonline\.com/([^/]+)/v2\.0")
VERSION_1 = "https://sts.windows.net/{}/"


class ClientApplications(Part, name="client-application-ids"):
    """Which applications may call."""

    values: tuple[Value[str], ...] = children("One id.", name="application-id", at_least=1)


class BackendApplications(Part, name="backend-application-ids"):
    """Which applications a token may be for."""

    values: tuple[Value[str], ...] = children("One id.", name="application-id", at_least=1)


class ValidateAzureAdToken(TokenCheck, name="validate-azure-ad-token", sections=("inbound",)):
    """Let only requests pass that carry a valid token of a tenant of Microsoft Entra ID.

    Tokens of both versions are known: the application that calls is their `azp` or `appid`. Without
    a place to look at, the token stands in `Authorization`, with or without `Bearer`. An
    application id among `backend-application-ids` is also good with `api://` in front.
    """

    example = (
        '<validate-azure-ad-token tenant-id="contoso.onmicrosoft.com">\n'
        "    <client-application-ids>\n"
        "        <application-id>00001111-aaaa-2222-bbbb-3333cccc4444</application-id>\n"
        "    </client-application-ids>\n"
        "</validate-azure-ad-token>"
    )
    constraints = (at_most_one("header_name", "query_parameter_name", "token_value"),)

    tenant_id: Value[str] = attr(
        "Tenant, by id or domain; `common` or `organizations` for all.",
        example="contoso.onmicrosoft.com",
    )
    authentication_endpoint: Value[str] = attr(
        "Where tenants are, as in national clouds.",
        default="https://login.microsoftonline.com",
        example="https://login.microsoftonline.us",
    )
    clients: ClientApplications | None = child("Which applications may call.", default=None)
    backends: BackendApplications | None = child("Which it may be for.", default=None)
    audiences: Audiences | None = child("Whom a token may be for.", default=None)
    decryption_keys: DecryptionKeys | None = child(
        "Encrypted tokens are not supported; a document that has this is refused.",
        name="decryption-keys",
        default=None,
    )

    def examined(self, context: Context, text: str) -> Steps[Token]:
        """Return the token in a text. Raises TokenRefused, KeysUnavailable."""
        endpoint = self.authentication_endpoint.of(context).rstrip("/")
        tenant = quote(self.tenant_id.of(context), safe="")
        url = f"{endpoint}/{tenant}/v2.0/.well-known/openid-configuration"
        verified = yield from self.trust.verified(text, (url,), configured=NO_KEYS, unsigned=False)
        claims = verified.token.claims
        check_lifetime(claims, context.clock.now(), skew=0, expiration_required=True)
        issuers = [of_tenant(one, claims) for one in verified.issuers]
        issuers += [VERSION_1.format(at[1]) for one in issuers if (at := VERSION_2.fullmatch(one))]
        check_issuer(claims, issuers)
        if self.audiences is not None or self.backends is not None:
            check_audience(claims, self._audiences(context))
        if self.clients is not None:
            check_client(claims, [one.of(context) for one in self.clients.values])
        if self.required_claims is not None:
            check_claims(claims, [one.wanted(context) for one in self.required_claims.claims])
        return verified.token

    def _audiences(self, context: Context) -> list[str]:
        """Return whom a token may be for."""
        named = () if self.audiences is None else self.audiences.values
        allowed = [one.of(context) for one in named]
        for one in () if self.backends is None else self.backends.values:
            application = one.of(context)
            allowed += [application, f"api://{application}"]
        return allowed


def check_client(claims: dict[str, object], allowed: list[str]) -> None:
    """Check which application a token was issued to. Raises TokenRefused."""
    for name in ("azp", "appid"):
        found = texts(claims.get(name))
        if found:
            if found[0].lower() in (one.lower() for one in allowed):
                return
            message = f"Claim {name} value of {found[0]} is not allowed."
            raise TokenRefused("TokenClaimValueNotAllowed", message)
    message = "JWT token is missing the following claims: azp, appid."
    raise TokenRefused("TokenClaimNotFound", message)
