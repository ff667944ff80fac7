"""X509Certificate2; tests/unit/csharp/runtime/test_certificates.py tests what it is made of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from headgate.model.context import Context
from headgate.model.entities import Certificate, Deployment

Run = Callable[[str], Any]
KEY = ec.generate_private_key(ec.SECP256R1())
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ada")])
DER = (
    x509.CertificateBuilder()
    .subject_name(NAME)
    .issuer_name(NAME)
    .public_key(KEY.public_key())
    .serial_number(255)
    .not_valid_before(datetime(2023, 1, 1, tzinfo=UTC))
    .not_valid_after(datetime(2030, 1, 1, tzinfo=UTC))
    .sign(KEY, hashes.SHA256())
    .public_bytes(Encoding.DER)
)


def test_a_call_without_certificate_has_none(run: Run) -> None:
    assert run("@(context.Request.Certificate == null)") is True
    assert run("@(context.Request.Certificate.Thumbprint)") == "System.NullReferenceException"


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("Subject", "CN=ada"),
        ("Issuer", "CN=ada"),
        ("SerialNumber", "FF"),
        ("GetSerialNumberString()", "FF"),
        ("Thumbprint.Length", 40),
        ("GetCertHash().Length", 20),
        ("GetCertHashString() == context.Request.Certificate.Thumbprint", True),
        ("NotBefore.Year", 2023),
        ("NotAfter > DateTime.Now", True),
        ("GetExpirationDateString()", "01/01/2030 00:00:00"),
        ("GetEffectiveDateString()", "01/01/2023 00:00:00"),
        ("GetNameInfo(X509NameType.SimpleName, false)", "ada"),
        ("GetNameInfo(X509NameType.EmailName, true)", ""),
        ("RawData.Length > 100", True),
        ("GetRawCertData().Length > 100", True),
        ("HasPrivateKey", False),
        ("FriendlyName", ""),
        ("Version", 3),
        ("Verify()", True),
        ("VerifyNoRevocation()", True),
    ],
)
def test_members(run: Run, context: Context, member: str, value: Any) -> None:
    context.request.certificate = DER
    context.deployment = Deployment(certificates={"a": Certificate(content=DER)})
    assert run(f"@(context.Request.Certificate.{member})") == value


def test_certificates_of_the_service_are_found_by_id(run: Run, context: Context) -> None:
    context.request.certificate = DER
    context.deployment = Deployment(certificates={"a": Certificate(content=DER)})
    assert run(
        "@(context.Deployment.Certificates.Any("
        "c => c.Value.Thumbprint == context.Request.Certificate.Thumbprint))"
    )
    assert run('@(context.Deployment.Certificates["a"].Subject)') == "CN=ada"
    bad = "System.Security.Cryptography.CryptographicException"
    assert run("@(new X509Certificate2(new byte[3]))") == bad
