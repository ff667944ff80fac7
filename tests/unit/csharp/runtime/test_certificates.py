"""Certificates."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from headgate.csharp.runtime.certificates import LONGEST, name_text, read, trusted
from headgate.model.context import Context
from headgate.model.entities import Certificate, Deployment

ROOT, MIDDLE, LEAF = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
Key = ec.EllipticCurvePrivateKey


def named(text: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Ada, Inc."),
            x509.NameAttribute(NameOID.COMMON_NAME, text),
        ]
    )


def issued(subject: str, key: Key, issuer: str, by: Key, *, until: int = 2030) -> bytes:
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(subject))
        .issuer_name(named(issuer))
        .public_key(key.public_key())
        .serial_number(0xABC)
        .not_valid_before(datetime(2023, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(until, 1, 1, tzinfo=UTC))
    )
    return builder.sign(by, hashes.SHA256()).public_bytes(Encoding.DER)


ROOT_DER = issued("root", ROOT, "root", ROOT)
MIDDLE_DER = issued("middle", MIDDLE, "root", ROOT)
LEAF_DER = issued("leaf", LEAF, "middle", MIDDLE)


def test_a_certificate_is_shown_as_net_shows_it() -> None:
    found = read(LEAF_DER)
    assert found.subject == 'CN=leaf, O="Ada, Inc.", C=DE'
    assert found.issuer == 'CN=middle, O="Ada, Inc.", C=DE'
    assert found.serial == "0ABC"
    assert found.thumbprint() == hashlib.sha1(LEAF_DER).hexdigest().upper()
    assert found.common_name(of_issuer=True) == "middle"
    assert found.not_after.to_text() == "01/01/2030 00:00:00"
    assert "[Thumbprint]\n  " in found.to_text()
    assert found.net_equals(read(LEAF_DER))
    assert not found.net_equals(read(ROOT_DER))


def test_pem_is_read_too() -> None:
    pem = x509.load_der_x509_certificate(LEAF_DER).public_bytes(Encoding.PEM)
    assert read(bytearray(pem)).content == LEAF_DER


@pytest.mark.parametrize("data", [b"", b"junk", b"-----BEGIN x", bytes(LONGEST + 1)])
def test_what_is_no_certificate_has_a_net_name(data: bytes, thrown: Callable[..., str]) -> None:
    assert thrown(read, data) == "System.Security.Cryptography.CryptographicException"
    assert thrown(read, None) == "System.ArgumentNullException"


def test_parts_of_a_name_without_a_short_form_go_by_their_number() -> None:
    name = x509.Name([x509.NameAttribute(x509.ObjectIdentifier("1.2.3.4"), 'a"b')])
    assert name_text(name) == 'OID.1.2.3.4="a""b"'


@pytest.mark.parametrize(
    ("service", "der", "good"),
    [
        ([], LEAF_DER, False),
        ([LEAF_DER], LEAF_DER, True),
        ([MIDDLE_DER], LEAF_DER, True),
        ([ROOT_DER], LEAF_DER, False),
        ([ROOT_DER, MIDDLE_DER], LEAF_DER, True),
        ([ROOT_DER], issued("x", LEAF, "root", MIDDLE), False),
        ([ROOT_DER], ROOT_DER, True),
    ],
)
def test_what_the_service_has_signed_is_trusted(
    context: Context, service: list[bytes], der: bytes, good: bool
) -> None:
    certificates = {str(place): Certificate(content=one) for place, one in enumerate(service)}
    context.deployment = Deployment(certificates=certificates)
    assert trusted(context, read(der)) is good


def test_only_certificates_of_today_are_trusted(context: Context) -> None:
    old = issued("root", ROOT, "root", ROOT, until=2024)
    context.deployment = Deployment(certificates={"a": Certificate(content=old)})
    assert not trusted(context, read(old))
