"""The child elements of `validate-jwt` and `validate-azure-ad-token` (apim.md 9.2)."""

from __future__ import annotations

from typing import Literal

from headgate.model.context import Context
from headgate.model.errors import internal_error
from headgate.policy.claims import Wanted
from headgate.policy.constraints import exactly_one, together
from headgate.policy.fields import attr, children, computed, text
from headgate.policy.schema import ElementError, Part
from headgate.policy.signatures import Key, certificate_key, modulus_key, secret_key
from headgate.policy.value import Value


class Audiences(Part, name="audiences"):
    """Whom a token may be for."""

    values: tuple[Value[str], ...] = children("One audience.", name="audience", at_least=1)


class Claim(Part, name="claim"):
    """A claim that has to be there; without values, whatever it says."""

    name: Value[str] = attr("Name of the claim.", example="roles")
    match: Value[Literal["all", "any"]] = attr(
        "Whether the claim needs to have all values or one of them.", default="all", any_case=True
    )
    separator: Value[str] | None = attr(
        "What stands between the values in a claim that is one text.",
        default=None,
        empty=True,
        strip=False,
    )
    values: tuple[Value[str], ...] = children("A value.", name="value", empty=True)

    def wanted(self, context: Context) -> Wanted:
        """Return what this call's token has to say. Raises DotNetError."""
        return Wanted(
            self.name.of(context),
            tuple(value.of(context) for value in self.values),
            self.match.of(context) == "all",
            None if self.separator is None else self.separator.of(context),
        )


class RequiredClaims(Part, name="required-claims"):
    """What else a token has to say."""

    claims: tuple[Claim, ...] = children("A claim.", name="claim", at_least=1)


class OpenIdConfig(Part, name="openid-config"):
    """A provider that publishes its issuer and its keys (OpenID Connect Discovery 1.0)."""

    url: Value[str] = attr(
        "URL of its configuration document.",
        example="https://login.example.com/.well-known/openid-configuration",
    )


class SigningKey(Part, name="key"):
    """A key: a shared secret in base64, a public key by `n` and `e`, or a certificate."""

    constraints = (exactly_one("secret", "certificate_id", "n"), together("n", "e"))

    key_id: str | None = attr("What tokens call the key, in `kid`.", default=None, name="id")
    certificate_id: str | None = attr("Certificate whose key it is.", default=None)
    n: str | None = attr("Modulus of an RSA key, in base64url.", default=None)
    e: str | None = attr("Exponent of an RSA key, in base64url.", default=None)
    secret: Value[str] | None = text("A shared secret in base64.", default=None)

    fixed: Key | None = computed()

    def prepare(self) -> None:
        """Read the key once. Raises ElementError for what is none."""
        self.fixed = None
        try:
            if self.n is not None and self.e is not None:
                self.fixed = modulus_key(self.n, self.e, key_id=self.key_id)
            elif self.secret is not None and self.secret.literal is not None:
                self.fixed = secret_key(self.secret.literal, self.key_id)
        except ValueError as error:
            raise ElementError(str(error), key="secret" if self.n is None else "n") from error

    def of(self, context: Context) -> Key:
        """Return the key. Raises CallError 500 where there is none, DotNetError."""
        if self.fixed is not None:
            return self.fixed
        try:
            if self.secret is not None:
                return secret_key(self.secret.of(context), self.key_id)
            certificate = context.deployment.certificates.get(self.certificate_id or "")
            if certificate is None:
                raise ValueError(f"There is no certificate {self.certificate_id}.")
            return certificate_key(certificate.content, self.key_id)
        except ValueError as error:
            raise internal_error("validate-jwt", "KeyInvalid", detail=str(error)) from error


class SigningKeys(Part, name="issuer-signing-keys"):
    """Keys that tokens are signed with."""

    keys: tuple[SigningKey, ...] = children("A key.", name="key", at_least=1)


class DecryptionKeys(Part, name="decryption-keys"):
    """Keys that tokens are encrypted with."""

    keys: tuple[Value[str], ...] = children("A key.", name="key")

    def prepare(self) -> None:
        """Refuse them. Raises ElementError."""
        hint = "Let the provider send tokens that are signed only."
        raise ElementError("Encrypted tokens are not supported.", hint=hint)


class Issuers(Part, name="issuers"):
    """Who may have issued a token, besides the providers."""

    values: tuple[Value[str], ...] = children("One issuer.", name="issuer", at_least=1)
