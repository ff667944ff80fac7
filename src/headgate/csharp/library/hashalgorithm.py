"""System.Security.Cryptography: MD5, the SHA family and their HMACs (apim.md 8.5).

`MD5.Create()` and `new SHA256Managed()` are the same object here; a random key of a HMAC comes from
the call's source of randomness.
"""

from __future__ import annotations

from collections.abc import Callable

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import null_argument
from headgate.csharp.runtime.hashing import SIZES, Hasher, digest, keyed
from headgate.csharp.runtime.randomness import fresh_bytes
from headgate.csharp.types import Type
from headgate.model.context import Context

NAMESPACE = "System.Security.Cryptography"
HMAC_KEY = {"SHA384": 128, "SHA512": 128}
"""Bytes of a random key, where they are not 64: the block of the algorithm."""

TYPE = DotNetType(f"{NAMESPACE}.HashAlgorithm", bases=("IDisposable",), python=Hasher)
KEYED = DotNetType(f"{NAMESPACE}.KeyedHashAlgorithm", bases=("HashAlgorithm",))
HMAC = DotNetType(f"{NAMESPACE}.HMAC", bases=("KeyedHashAlgorithm",))

TYPE.method("byte[]! ComputeHash(byte[] buffer)")(Hasher.compute)
TYPE.method("byte[]! ComputeHash(byte[] buffer, int offset, int count)")(Hasher.compute_part)
TYPE.method(
    "int TransformBlock(byte[] inputBuffer, int inputOffset, int inputCount, "
    "byte[] outputBuffer, int outputOffset)"
)(Hasher.add)
TYPE.method("byte[]! TransformFinalBlock(byte[] inputBuffer, int inputOffset, int inputCount)")(
    Hasher.finish
)
TYPE.property("byte[] Hash", code="{0}.result")
TYPE.property("int HashSize")(lambda hasher: SIZES[hasher.algorithm])


@TYPE.method("void Initialize()")
@TYPE.method("void Clear()")
@TYPE.method("void Dispose()")
def clear(hasher: Hasher) -> None:
    """Forget what was given so far."""
    hasher.pending = bytearray()
    hasher.result = None


def set_key(hasher: Hasher, key: bytearray | None) -> bytearray:
    """Assign the key of a HMAC."""
    if key is None:
        raise null_argument("value")
    hasher.key = bytes(key)
    return key


KEYED.property("byte[]! Key", setter=set_key)(lambda hasher: bytearray(hasher.key))
HMAC.property("string! HashName", code="{0}.algorithm")


def hasher(kind: DotNetType, algorithm: str) -> Callable[[], Hasher]:
    """Return the constructor of an algorithm without a key."""
    return lambda: Hasher(Type(kind.name), algorithm)


def plain(algorithm: str) -> DotNetType:
    """Declare an algorithm without a key."""
    declared = DotNetType(f"{NAMESPACE}.{algorithm}", bases=("HashAlgorithm",))
    declared.static(f"{algorithm}! Create()")(hasher(declared, algorithm))

    @declared.static("byte[]! HashData(byte[] source)")
    def hash_data(source: bytearray | None) -> bytearray:
        if source is None:
            raise null_argument("source")
        return digest(algorithm, source)

    return declared


def managed(algorithm: str) -> DotNetType:
    """Declare the class that is constructed, `SHA256Managed`."""
    declared = DotNetType(f"{NAMESPACE}.{algorithm}Managed", bases=(algorithm,))
    declared.constructor("()")(hasher(declared, algorithm))
    return declared


def with_key(algorithm: str) -> DotNetType:
    """Declare a HMAC."""
    declared = DotNetType(f"{NAMESPACE}.HMAC{algorithm}", bases=("HMAC",))
    kind = Type(declared.name)
    size = HMAC_KEY.get(algorithm, 64)
    declared.constructor("(byte[] key)")(lambda key: keyed(kind, algorithm, key))

    @declared.constructor("()", context=True)
    def create(context: Context) -> Hasher:
        return keyed(kind, algorithm, fresh_bytes(context, size))

    @declared.static("byte[]! HashData(byte[] key, byte[] source)")
    def hash_data(key: bytearray | None, source: bytearray | None) -> bytearray:
        if key is None or source is None:
            raise null_argument("source")
        return keyed(kind, algorithm, key).compute(source)

    return declared


PLAIN = {algorithm: plain(algorithm) for algorithm in SIZES}
TYPES = (
    KEYED,
    HMAC,
    *PLAIN.values(),
    *[managed(algorithm) for algorithm in SIZES if algorithm != "MD5"],
    *[with_key(algorithm) for algorithm in SIZES],
)
BY_NAME = {
    name.lower(): hasher(declared, algorithm)
    for algorithm, declared in PLAIN.items()
    for name in (algorithm, algorithm.replace("SHA", "SHA-"), declared.name)
}


@TYPE.static("HashAlgorithm Create(string hashName)")
def create_by_name(name: str | None) -> Hasher | None:
    """Return an algorithm by its name; null where there is none."""
    if name is None:
        raise null_argument("name")
    make = BY_NAME.get(name.lower())
    return None if make is None else make()
