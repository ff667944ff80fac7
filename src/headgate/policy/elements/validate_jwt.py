"""`validate-jwt` (apim.md 9.2, 7.5)."""

from __future__ import annotations

from collections.abc import Collection

from headgate.model.context import Context
from headgate.policy.claims import (
    check_audience,
    check_claims,
    check_issuer,
    check_lifetime,
    of_tenant,
)
from headgate.policy.constraints import exactly_one
from headgate.policy.effects import Steps
from headgate.policy.elements._token_check import TokenCheck
from headgate.policy.elements._token_parts import (
    Audiences,
    DecryptionKeys,
    Issuers,
    OpenIdConfig,
    SigningKeys,
)
from headgate.policy.fields import attr, child, children, computed
from headgate.policy.kinds import Duration
from headgate.policy.schema import ElementError
from headgate.policy.signatures import KeySet, Token
from headgate.policy.trust import Verified
from headgate.policy.value import Value


class ValidateJwt(TokenCheck, name="validate-jwt", sections=("inbound",)):
    """Let only requests pass that carry a valid token.

    A provider's key is chosen by the `kid` of the token; a key of the document, too, but where none
    has that name, each of them is tried. The algorithms are RS, PS and ES with 256, 384 and 512
    bits for public keys, and HS for shared secrets, which providers cannot publish. A provider that
    cannot be reached is an error 500 where its keys are needed. Encrypted tokens are not supported.
    """

    example = (
        '<validate-jwt header-name="Authorization" require-scheme="Bearer">\n'
        '    <openid-config url="https://login.example.com/.well-known/openid-configuration" />\n'
        "    <audiences>\n"
        "        <audience>api://things</audience>\n"
        "    </audiences>\n"
        "    <required-claims>\n"
        '        <claim name="roles" match="any">\n'
        "            <value>reader</value>\n"
        "        </claim>\n"
        "    </required-claims>\n"
        "</validate-jwt>"
    )
    constraints = (exactly_one("header_name", "query_parameter_name", "token_value"),)

    require_expiration_time: Value[bool] = attr(
        "Whether a token has to say when it expires.", default=True
    )
    require_scheme: Value[str] | None = attr(
        "Scheme that has to stand before the token in `Authorization`.", default=None
    )
    require_signed_tokens: Value[bool] = attr(
        "Whether tokens have to be signed. A signature that is there is checked in any case.",
        default=True,
    )
    clock_skew: Value[Duration] = attr(
        "Seconds by which the issuer's clock may differ.", at_least=0, default=0
    )
    providers: tuple[OpenIdConfig, ...] = children("A provider.", name="openid-config")
    keys: SigningKeys | None = child("Keys.", name="issuer-signing-keys", default=None)
    decryption_keys: DecryptionKeys | None = child(
        "Encrypted tokens are not supported; a document that has this is refused.",
        name="decryption-keys",
        default=None,
    )
    audiences: Audiences | None = child("Whom a token may be for.", default=None)
    issuers: Issuers | None = child("Who may have issued it.", default=None)

    fixed: KeySet | None = computed()
    """The keys of the document, where they are the same for every call."""

    def prepare(self) -> None:
        """Gather the keys that are known. Raises ElementError where there can be none."""
        super().prepare()
        keys = () if self.keys is None else self.keys.keys
        fixed = [key.fixed for key in keys if key.fixed is not None]
        self.fixed = KeySet(fixed) if len(fixed) == len(keys) else None
        signed = self.require_signed_tokens.literal
        if not keys and not self.providers and signed is not False:
            hint = "Add `openid-config` or `issuer-signing-keys`."
            raise ElementError("No key is trusted, so that no token is good.", hint=hint)

    def scheme(self, context: Context) -> str | None:
        """Return the scheme that is required."""
        return None if self.require_scheme is None else self.require_scheme.of(context)

    def examined(self, context: Context, text: str) -> Steps[Token]:
        """Return the token in a text. Raises TokenRefused, KeysUnavailable, CallError."""
        configured = self.fixed
        if configured is None:
            assert self.keys is not None, "without keys there are none to be had per call"
            configured = KeySet(key.of(context) for key in self.keys.keys)
        verified = yield from self.trust.verified(
            text,
            tuple(provider.url.of(context) for provider in self.providers),
            configured=configured,
            unsigned=not self.require_signed_tokens.of(context),
        )
        claims = verified.token.claims
        check_lifetime(
            claims,
            context.clock.now(),
            skew=self.clock_skew.of(context),
            expiration_required=self.require_expiration_time.of(context),
        )
        if self.audiences is not None:
            check_audience(claims, [one.of(context) for one in self.audiences.values])
        issuers = self._issuers(context, verified)
        if issuers:
            check_issuer(claims, issuers)
        if self.required_claims is not None:
            wanted = [claim.wanted(context) for claim in self.required_claims.claims]
            check_claims(claims, wanted)
        return verified.token

    def _issuers(self, context: Context, verified: Verified) -> Collection[str]:
        """Return who may have issued a token; nobody where nothing is said of it."""
        if self.issuers is None:
            return [of_tenant(one, verified.token.claims) for one in verified.issuers]
        return (*verified.issuers, *(one.of(context) for one in self.issuers.values))
