"""RandomNumberGenerator and RNGCryptoServiceProvider, on the call's source of randomness."""

from __future__ import annotations

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import null_argument
from headgate.csharp.runtime.randomness import fresh_bytes
from headgate.csharp.types import Type
from headgate.csharp.values import NetObject
from headgate.model.context import Context

NAMESPACE = "System.Security.Cryptography"


class Generator(NetObject):
    """A generator, which is the call's."""

    __slots__ = ("context",)
    NET = Type(f"{NAMESPACE}.RNGCryptoServiceProvider")

    def __init__(self, context: Context) -> None:
        self.context = context


TYPE = DotNetType(f"{NAMESPACE}.RandomNumberGenerator", bases=("IDisposable",), python=Generator)
PROVIDER = DotNetType(f"{NAMESPACE}.RNGCryptoServiceProvider", bases=("RandomNumberGenerator",))
TYPES = (PROVIDER,)

TYPE.static("RandomNumberGenerator! Create()", context=True)(Generator)
PROVIDER.constructor("()", context=True)(Generator)
TYPE.method("void Dispose()", code="None")


@TYPE.method("void GetBytes(byte[] data)")
def fill(generator: Generator, data: bytearray | None) -> None:
    """Fill a `byte[]`."""
    if data is None:
        raise null_argument("data")
    data[:] = fresh_bytes(generator.context, len(data))


@TYPE.method("void GetNonZeroBytes(byte[] data)")
def fill_without_zeros(generator: Generator, data: bytearray | None) -> None:
    """Fill a `byte[]` without zeros: each becomes 1, which .NET would draw again."""
    fill(generator, data)
    if data is not None:
        data[:] = data.replace(b"\0", b"\1")
