"""X.509 certificates as .NET shows them."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

from headgate.csharp.budget import spend
from headgate.csharp.errors import cryptographic, null_argument
from headgate.csharp.runtime.dates import LOCAL, DateTime, from_micros
from headgate.csharp.types import Type
from headgate.csharp.values import NetObject
from headgate.model.context import Context

NAMESPACE = "System.Security.Cryptography.X509Certificates"
LONGEST = 64_000
"""Bytes that a certificate may have."""
READING = 100_000
"""Units of a certificate that is read."""
SIGNATURE = 500_000
"""Units of a signature that is checked."""
CHAIN = 5
"""Certificates that may stand between one and a trusted one."""
SHORT = {
    "2.5.4.3": "CN",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "S",
    "2.5.4.9": "STREET",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.12": "T",
    "2.5.4.4": "SN",
    "2.5.4.5": "SERIALNUMBER",
    "2.5.4.42": "G",
    "2.5.4.43": "I",
    "1.2.840.113549.1.9.1": "E",
    "0.9.2342.19200300.100.1.25": "DC",
}
"""What .NET calls the parts of a name."""
SPECIAL = frozenset(',+="\n<>#;')


class Certificate(NetObject):
    """An X509Certificate2 without a private key."""

    __slots__ = ("content", "issuer", "not_after", "not_before", "serial", "subject", "x509")
    NET = Type(f"{NAMESPACE}.X509Certificate2")

    def __init__(self, found: x509.Certificate) -> None:
        self.x509 = found
        self.content = found.public_bytes(Encoding.DER)
        self.subject = name_text(found.subject)
        self.issuer = name_text(found.issuer)
        self.not_before = _moment(found.not_valid_before_utc.timestamp())
        self.not_after = _moment(found.not_valid_after_utc.timestamp())
        text = f"{found.serial_number:X}"
        self.serial = text.rjust(len(text) + len(text) % 2, "0")

    def to_text(self) -> str:
        """Return the lines that .NET shows."""
        parts = {
            "Subject": self.subject,
            "Issuer": self.issuer,
            "Serial Number": self.serial,
            "Not Before": self.not_before.to_text(),
            "Not After": self.not_after.to_text(),
            "Thumbprint": self.thumbprint(),
        }
        return "".join([f"[{name}]\n  {value}\n\n" for name, value in parts.items()])

    def net_equals(self, other: object) -> bool:
        """Compare issuer and serial number, as .NET does."""
        return isinstance(other, Certificate) and (self.issuer, self.serial) == (
            other.issuer,
            other.serial,
        )

    def digest(self) -> bytearray:
        """Return the SHA-1 of the whole."""
        return bytearray(hashlib.sha1(self.content, usedforsecurity=False).digest())

    def thumbprint(self) -> str:
        """Return it in hexadecimal digits."""
        return self.digest().hex().upper()

    def common_name(self, *, of_issuer: bool) -> str:
        """Return the first CN of the subject or issuer, empty if there is none."""
        name = self.x509.issuer if of_issuer else self.x509.subject
        found = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        return str(found[0].value) if found else ""


def _moment(seconds: float) -> DateTime:
    return DateTime(from_micros(int(seconds) * 1_000_000).ticks, LOCAL)


def name_text(name: x509.Name) -> str:
    """Return a name as .NET writes it: the most special part first."""
    parts = []
    for rdn in reversed(name.rdns):
        pairs = []
        for one in rdn:
            key = SHORT.get(one.oid.dotted_string, f"OID.{one.oid.dotted_string}")
            value = one.value if isinstance(one.value, str) else one.value.hex()
            pairs.append(f"{key}={_quoted(value)}")
        parts.append(" + ".join(pairs))
    return ", ".join(parts)


def _quoted(value: str) -> str:
    if value and value == value.strip() and SPECIAL.isdisjoint(value):
        return value
    return '"' + value.replace('"', '""') + '"'


def read(data: bytes | bytearray | None) -> Certificate:
    """Return the certificate in DER or PEM. Raises ArgumentException, CryptographicException."""
    if data is None:
        raise null_argument("rawData")
    spend(READING)
    return known(bytes(data))


@lru_cache(maxsize=64)
def known(data: bytes) -> Certificate:
    """Return a certificate; those of the service and of frequent callers are read once."""
    try:
        if len(data) > LONGEST:
            raise cryptographic("The certificate is too large.")
        if data.lstrip().startswith(b"-----BEGIN"):
            return Certificate(x509.load_pem_x509_certificate(data))
        return Certificate(x509.load_der_x509_certificate(data))
    except (ValueError, OverflowError) as error:
        raise cryptographic("Cannot find the requested object.") from error


def trusted(context: Context, certificate: Certificate) -> bool:
    """Tell whether a certificate is valid now, and one of the service's certificates, or signed
    by one of them by way of others among them."""
    service = [read(one.content) for one in context.deployment.certificates.values()]
    now = from_micros(context.clock.now()).ticks
    for _ in range(CHAIN):
        if not certificate.not_before.ticks <= now <= certificate.not_after.ticks:
            return False
        if any(one.content == certificate.content for one in service):
            return True
        above = next((one for one in service if _signed(certificate, one)), None)
        if above is None:
            return False
        certificate = above
    return False


def _signed(certificate: Certificate, issuer: Certificate) -> bool:
    if certificate.issuer != issuer.subject:
        return False
    spend(SIGNATURE)
    try:
        certificate.x509.verify_directly_issued_by(issuer.x509)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
