"""Symmetric ciphers: what a SymmetricAlgorithm of .NET holds, and what it does to bytes.

AES and Triple DES in the modes CBC, ECB and CFB with every padding of .NET.
"""

from __future__ import annotations

from collections.abc import Callable

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.decrepit.ciphers.modes import CFB8
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.base import CipherContext
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB

from headgate.csharp.budget import scanned, spend
from headgate.csharp.errors import bad_argument, cryptographic, null_argument
from headgate.csharp.types import Type
from headgate.csharp.values import NetObject, enum_class

NAMESPACE = "System.Security.Cryptography"
CipherMode = enum_class(
    f"{NAMESPACE}.CipherMode", {"CBC": 1, "ECB": 2, "OFB": 3, "CFB": 4, "CTS": 5}
)
PaddingMode = enum_class(
    f"{NAMESPACE}.PaddingMode",
    {"None": 1, "PKCS7": 2, "Zeros": 3, "ANSIX923": 4, "ISO10126": 5},
)
CBC_MODE, ECB_MODE, CFB_MODE = CipherMode(1), CipherMode(2), CipherMode(4)
NO_PADDING, PKCS7, ZEROS = PaddingMode(1), PaddingMode(2), PaddingMode(3)
RATES = {"AES": 8, "TripleDES": 100}
"""Units of a byte."""
CIPHER = 8_000
"""Units of a cipher that is set up."""
KEY_SIZES = {"AES": (16, 24, 32), "TripleDES": (16, 24)}
BLOCKS = {"AES": 16, "TripleDES": 8}


class Symmetric(NetObject):
    """A SymmetricAlgorithm. Keys and vectors that nobody sets are drawn when they are needed."""

    __slots__ = ("algorithm", "kind", "mode", "padding", "random", "size", "vector", "word")

    def __init__(self, kind: Type, algorithm: str, random: Callable[[int], bytearray]) -> None:
        self.kind = kind
        self.algorithm = algorithm
        self.random = random
        self.mode = CBC_MODE
        self.padding = PKCS7
        self.size = KEY_SIZES[algorithm][-1]
        self.word: bytes | None = None
        self.vector: bytes | None = None

    def net_type(self) -> Type:
        """Return the type of the algorithm."""
        return self.kind

    @property
    def block(self) -> int:
        """Return the bytes of a block."""
        return BLOCKS[self.algorithm]

    def key(self) -> bytearray:
        """Return the key."""
        if self.word is None:
            self.word = bytes(self.random(self.size))
        return bytearray(self.word)

    def iv(self) -> bytearray:
        """Return the initialization vector."""
        if self.vector is None:
            self.vector = bytes(self.random(self.block))
        return bytearray(self.vector)

    def set_key(self, key: bytearray | None) -> bytearray:
        """Assign the key. Raises CryptographicException for a wrong size."""
        if key is None:
            raise null_argument("value")
        if len(key) not in KEY_SIZES[self.algorithm]:
            raise cryptographic("Specified key is not a valid size for this algorithm.")
        self.word, self.size = bytes(key), len(key)
        return key

    def set_iv(self, vector: bytearray | None) -> bytearray:
        """Assign the initialization vector. Raises CryptographicException for a wrong size."""
        if vector is None:
            raise null_argument("value")
        if len(vector) != self.block:
            raise cryptographic("Specified initialization vector (IV) does not match block size.")
        self.vector = bytes(vector)
        return vector

    def set_size(self, bits: int) -> int:
        """Assign the size of the key, in bits, which forgets the key."""
        if bits % 8 or bits // 8 not in KEY_SIZES[self.algorithm]:
            raise cryptographic("Specified key is not a valid size for this algorithm.")
        self.word, self.size = None, bits // 8
        return bits


class Transform(NetObject):
    """An ICryptoTransform: one direction with a key and a vector."""

    __slots__ = ("cipher", "encrypts", "owner")
    NET = Type(f"{NAMESPACE}.ICryptoTransform")

    def __init__(
        self, owner: Symmetric, key: bytearray | None, vector: bytearray | None, *, encrypts: bool
    ) -> None:
        if key is None:
            raise null_argument("rgbKey")
        if len(key) not in KEY_SIZES[owner.algorithm]:
            raise bad_argument("Specified key is not a valid size for this algorithm.")
        self.owner = owner
        self.encrypts = encrypts
        self.cipher = Cipher(block_cipher(owner.algorithm, bytes(key)), mode_of(owner, vector))

    def run(self, data: bytearray | None) -> bytearray:
        """Return bytes encrypted, or decrypted, with their padding.

        Raises CryptographicException where the data are no whole blocks or the padding is wrong.
        """
        if data is None:
            raise null_argument("inputBuffer")
        owner = self.owner
        spend(CIPHER)
        scanned(data, RATES[owner.algorithm])
        if self.encrypts:
            return through(self.cipher.encryptor(), padded(data, owner))
        if len(data) % owner.block and owner.mode != CFB_MODE:
            raise cryptographic("The input data is not a complete block.")
        return unpadded(through(self.cipher.decryptor(), data), owner)


def block_cipher(algorithm: str, key: bytes) -> AES | TripleDES:
    """Return the cipher of one block. Of two keys of Triple DES the first is the third as well."""
    if algorithm == "AES":
        return AES(key)
    return TripleDES(key + key[:8] if len(key) == 16 else key)


def through(context: CipherContext, data: bytes | bytearray) -> bytearray:
    """Return what a cipher makes of bytes."""
    return bytearray(context.update(data) + context.finalize())


def mode_of(owner: Symmetric, vector: bytearray | None) -> CBC | ECB | CFB8:
    """Return the mode of operation. Raises ArgumentException or CryptographicException."""
    if owner.mode == ECB_MODE:
        return ECB()
    if vector is None:
        vector = owner.iv()
    if len(vector) != owner.block:
        raise bad_argument("Specified initialization vector (IV) does not match block size.")
    if owner.mode == CBC_MODE:
        return CBC(bytes(vector))
    if owner.mode == CFB_MODE:
        return CFB8(bytes(vector))
    raise cryptographic("Specified cipher mode is not valid for this algorithm.")


def padded(data: bytearray, owner: Symmetric) -> bytes:
    """Return bytes filled up to whole blocks, as the padding says."""
    block = 1 if owner.mode == CFB_MODE and owner.padding == NO_PADDING else owner.block
    lacking = -len(data) % block
    if owner.padding == NO_PADDING:
        if lacking:
            raise cryptographic("The input data is not a complete block.")
        return bytes(data)
    if owner.padding == ZEROS:
        return bytes(data) + bytes(lacking)
    lacking = lacking or block
    filling = bytes([lacking]) * lacking if owner.padding == PKCS7 else bytes(lacking - 1)
    return bytes(data) + (filling + bytes([lacking]))[-lacking:]


def unpadded(data: bytearray, owner: Symmetric) -> bytearray:
    """Return bytes without their padding. Raises CryptographicException where it is wrong."""
    if owner.padding in (NO_PADDING, ZEROS) or not data:
        return data
    count = data[-1]
    filling = data[-count:-1] if count > 1 else b""
    wrong = not 1 <= count <= min(owner.block, len(data))
    if owner.padding == PKCS7:
        wrong = wrong or filling.strip(bytes([count])) != b""
    if wrong:
        raise cryptographic("Padding is invalid and cannot be removed.")
    return data[:-count]
