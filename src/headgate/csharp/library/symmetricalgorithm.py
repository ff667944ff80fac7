"""SymmetricAlgorithm with its algorithms, and `Encrypt` and `Decrypt` (apim.md 8.4, 8.5)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from headgate.csharp.declare import DotNetType, enumeration
from headgate.csharp.errors import null_argument, null_reference
from headgate.csharp.runtime.ciphers import (
    NAMESPACE,
    CipherMode,
    PaddingMode,
    Symmetric,
    Transform,
)
from headgate.csharp.runtime.hashing import part
from headgate.csharp.runtime.randomness import fresh_bytes
from headgate.csharp.types import Type
from headgate.model.context import Context

TYPE = DotNetType(f"{NAMESPACE}.SymmetricAlgorithm", bases=("IDisposable",), python=Symmetric)
TRANSFORM = DotNetType(
    f"{NAMESPACE}.ICryptoTransform", kind="interface", bases=("IDisposable",), python=Transform
)
EXTENSIONS = DotNetType("Apim.Expressions.CryptographyExtensions", kind="static")
MODES = enumeration(f"{NAMESPACE}.CipherMode", CipherMode)
PADDINGS = enumeration(f"{NAMESPACE}.PaddingMode", PaddingMode)
CONCRETE = {
    "Aes": ("AesManaged", "AesCryptoServiceProvider"),
    "Rijndael": ("RijndaelManaged",),
    "TripleDES": ("TripleDESCryptoServiceProvider",),
}
"""The types that are constructed, by the one that they derive from."""
ALGORITHMS = {"Aes": "AES", "Rijndael": "AES", "TripleDES": "TripleDES"}
"""Rijndael is AES: its other sizes of a block are not here."""

TYPE.property("byte[]! Key", setter=Symmetric.set_key)(Symmetric.key)
TYPE.property("byte[]! IV", setter=Symmetric.set_iv)(Symmetric.iv)
TYPE.property("int KeySize", setter=Symmetric.set_size)(lambda owner: owner.size * 8)
TYPE.property("int BlockSize")(lambda owner: owner.block * 8)


def attribute(name: str) -> Callable[[Symmetric, Any], Any]:
    """Return the setter of a property that takes every value."""

    def assign(owner: Symmetric, value: Any) -> Any:
        setattr(owner, name, value)
        return value

    return assign


TYPE.property("CipherMode Mode", setter=attribute("mode"))(lambda owner: owner.mode)
TYPE.property("PaddingMode Padding", setter=attribute("padding"))(lambda owner: owner.padding)


@TYPE.method("void GenerateKey()")
def generate_key(owner: Symmetric) -> None:
    """Draw a new key."""
    owner.word = None


@TYPE.method("void GenerateIV()")
def generate_iv(owner: Symmetric) -> None:
    """Draw a new vector."""
    owner.vector = None


@TYPE.method("void Clear()")
@TYPE.method("void Dispose()")
def clear(owner: Symmetric) -> None:
    """Forget key and vector."""
    owner.word = owner.vector = None


def transform(owner: Symmetric, *, encrypts: bool) -> Transform:
    """Return one direction with the algorithm's own key and vector."""
    return Transform(owner, owner.key(), owner.iv(), encrypts=encrypts)


for word, encrypts in (("Encryptor", True), ("Decryptor", False)):
    TYPE.method(f"ICryptoTransform! Create{word}()")(partial(transform, encrypts=encrypts))
    TYPE.method(f"ICryptoTransform! Create{word}(byte[] rgbKey, byte[] rgbIV)")(
        partial(Transform, encrypts=encrypts)
    )


@TRANSFORM.method(
    "byte[]! TransformFinalBlock(byte[] inputBuffer, int inputOffset, int inputCount)"
)
def final_block(one: Transform, data: bytearray, start: int, count: int) -> bytearray:
    """Return bytes encrypted or decrypted."""
    return one.run(part(data, start, count))


TRANSFORM.method("void Dispose()", code="None")


def maker(kind: Type, algorithm: str) -> Callable[[Context], Symmetric]:
    """Return the constructor of an algorithm, which draws keys from the call."""
    return lambda context: Symmetric(kind, algorithm, partial(fresh_bytes, context))


def declare(base: str) -> list[DotNetType]:
    """Declare an abstract algorithm and the types behind it."""
    declared = DotNetType(f"{NAMESPACE}.{base}", bases=("SymmetricAlgorithm",))
    found = [declared]
    for name in CONCRETE[base]:
        one = DotNetType(f"{NAMESPACE}.{name}", bases=(base,))
        one.constructor("()", context=True)(maker(Type(one.name), ALGORITHMS[base]))
        found.append(one)
    first = Type(found[1].name)
    declared.static(f"{base}! Create()", context=True)(maker(first, ALGORITHMS[base]))
    return found


DECLARED = [one for base in CONCRETE for one in declare(base)]
TYPES = (TRANSFORM, EXTENSIONS, MODES, PADDINGS, *DECLARED)
MAKERS = {
    spelled.lower(): maker(Type(f"{NAMESPACE}.{names[0]}"), ALGORITHMS[base])
    for base, names in CONCRETE.items()
    for name in (base, *names)
    for spelled in (name, f"{NAMESPACE}.{name}")
}
MAKERS["3des"] = MAKERS["tripledes"]


@TYPE.static("SymmetricAlgorithm Create(string algName)", context=True)
def by_name(context: Context, name: str | None) -> Symmetric | None:
    """Return an algorithm by its name; null where there is none."""
    if name is None:
        raise null_argument("algName")
    make = MAKERS.get(name.lower())
    return None if make is None else make(context)


def run(owner: Symmetric | None, data: bytearray | None, *keys: Any, encrypts: bool) -> bytearray:
    """Encrypt or decrypt with an algorithm and its own, or given, key and vector."""
    if owner is None or data is None:
        null_reference()
    if keys:
        return Transform(owner, *keys, encrypts=encrypts).run(data)
    return transform(owner, encrypts=encrypts).run(data)


def extend(word: str, *, encrypts: bool) -> None:
    """Declare the three overloads of an extension method."""
    head = f"byte[]! {word}(this byte[] input"

    @EXTENSIONS.extension(f"{head}, string alg, byte[] key, byte[] iv)", context=True)
    def named(context: Context, data: bytearray, name: str | None, *keys: Any) -> bytearray:
        return run(by_name(context, name), data, *keys, encrypts=encrypts)

    @EXTENSIONS.extension(f"{head}, SymmetricAlgorithm alg)")
    @EXTENSIONS.extension(f"{head}, SymmetricAlgorithm alg, byte[] key, byte[] iv)")
    def given(data: bytearray, owner: Symmetric | None, *keys: Any) -> bytearray:
        return run(owner, data, *keys, encrypts=encrypts)


extend("Encrypt", encrypts=True)
extend("Decrypt", encrypts=False)
