"""X509Certificate2: certificates of callers and of the service (apim.md 8.2, 8.5).

`Verify()` and `VerifyNoRevocation()` trust the certificates of the service (`context.Deployment.
Certificates`) and what they have signed; lists of revoked certificates are not asked for. Private
keys, and PKCS #12 files, are not here.
"""

from __future__ import annotations

from headgate.csharp.declare import DotNetType, enumeration
from headgate.csharp.runtime.certificates import NAMESPACE, Certificate, read, trusted
from headgate.csharp.runtime.dates import DateTime
from headgate.csharp.values import enum_class

NameType = enum_class(
    f"{NAMESPACE}.X509NameType",
    {"SimpleName": 0, "EmailName": 1, "UpnName": 2, "DnsName": 3, "DnsFromAlternativeName": 4},
)
BASE = DotNetType(f"{NAMESPACE}.X509Certificate", bases=("IDisposable",))
TYPE = DotNetType(f"{NAMESPACE}.X509Certificate2", bases=("X509Certificate",), python=Certificate)
EXTENSIONS = DotNetType("Apim.Expressions.CertificateExtensions", kind="static")
TYPES = (BASE, EXTENSIONS, enumeration(f"{NAMESPACE}.X509NameType", NameType))

TYPE.constructor("(byte[] rawData)")(read)
BASE.property("string! Subject", code="{0}.subject")
BASE.property("string! Issuer", code="{0}.issuer")
TYPE.property("string! Thumbprint")(Certificate.thumbprint)
TYPE.property("string! SerialNumber", code="{0}.serial")
TYPE.property("DateTime NotBefore", code="{0}.not_before")
TYPE.property("DateTime NotAfter", code="{0}.not_after")
TYPE.property("byte[]! RawData")(lambda certificate: bytearray(certificate.content))
TYPE.property("int Version")(lambda certificate: certificate.x509.version.value + 1)
TYPE.property("bool HasPrivateKey", code="{0} is None")
TYPE.property("string! FriendlyName", code="''")
BASE.method("byte[]! GetCertHash()")(Certificate.digest)
BASE.method("string! GetCertHashString()")(Certificate.thumbprint)
BASE.method("string! GetSerialNumberString()", code="{0}.serial")
BASE.method("byte[]! GetRawCertData()")(lambda certificate: bytearray(certificate.content))
BASE.method("void Dispose()", code="None")


@BASE.method("string! GetEffectiveDateString()")
def effective(certificate: Certificate) -> str:
    """Return when it begins to be valid, as text."""
    return date_text(certificate.not_before)


@BASE.method("string! GetExpirationDateString()")
def expiration(certificate: Certificate) -> str:
    """Return when it ends, as text."""
    return date_text(certificate.not_after)


def date_text(moment: DateTime) -> str:
    """Return a time in the general format of the invariant culture."""
    return moment.to_text()


@TYPE.method("string! GetNameInfo(X509NameType nameType, bool forIssuer)")
def name_info(certificate: Certificate, kind: int, issuer: bool) -> str:
    """Return the common name, which is also the DNS name here; other names are empty."""
    return "" if kind in (1, 2) else certificate.common_name(of_issuer=issuer)


TYPE.method("bool Verify()", context=True)(trusted)
EXTENSIONS.extension("bool VerifyNoRevocation(this X509Certificate2 certificate)", context=True)(
    trusted
)
