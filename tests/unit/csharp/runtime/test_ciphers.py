"""Symmetric ciphers; AES in CBC and ECB by NIST SP 800-38A, sections F.1.1 and F.2.1."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from headgate.csharp.runtime.ciphers import (
    CBC_MODE,
    CFB_MODE,
    ECB_MODE,
    NO_PADDING,
    PKCS7,
    ZEROS,
    CipherMode,
    PaddingMode,
    Symmetric,
    Transform,
)
from headgate.csharp.types import Type
from headgate.csharp.values import EnumValue

AES = Type("System.Security.Cryptography.Aes")
KEY = bytearray.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
VECTOR = bytearray(range(16))
PLAIN = bytearray.fromhex("6bc1bee22e409f96e93d7e117393172a")
CRYPTOGRAPHIC = "System.Security.Cryptography.CryptographicException"


def algorithm(mode: EnumValue = CBC_MODE, padding: EnumValue = PKCS7) -> Symmetric:
    owner = Symmetric(AES, "AES", bytearray)
    owner.mode, owner.padding = mode, padding
    return owner


def run(owner: Symmetric, data: bytes | bytearray, *, encrypts: bool) -> bytearray:
    return Transform(owner, KEY, VECTOR, encrypts=encrypts).run(bytearray(data))


@pytest.mark.parametrize(
    ("mode", "cipher"),
    [
        (CBC_MODE, "7649abac8119b246cee98e9b12e9197d"),
        (ECB_MODE, "3ad77bb40d7a3660a89ecaf32466ef97"),
    ],
)
def test_published_vectors(mode: EnumValue, cipher: str) -> None:
    assert run(algorithm(mode, NO_PADDING), PLAIN, encrypts=True).hex() == cipher


@pytest.mark.parametrize("mode", [CBC_MODE, ECB_MODE, CFB_MODE])
@pytest.mark.parametrize("padding", [PaddingMode(value) for value in (2, 4, 5)])
@pytest.mark.parametrize("size", [0, 1, 15, 16, 17])
def test_what_is_encrypted_comes_back(mode: EnumValue, padding: EnumValue, size: int) -> None:
    owner = algorithm(mode, padding)
    there = run(owner, bytes(size), encrypts=True)
    assert len(there) == size + 16 - size % 16
    assert run(owner, there, encrypts=False) == bytes(size)


def test_zeros_stay_behind_and_no_padding_wants_whole_blocks(thrown: Callable[..., str]) -> None:
    zeros = algorithm(padding=ZEROS)
    assert run(zeros, run(zeros, b"a", encrypts=True), encrypts=False) == b"a" + bytes(15)
    bare = Transform(algorithm(padding=NO_PADDING), KEY, VECTOR, encrypts=True)
    assert len(bare.run(bytearray(16))) == 16
    assert thrown(bare.run, bytearray(17)) == CRYPTOGRAPHIC
    stream = algorithm(CFB_MODE, NO_PADDING)
    assert run(stream, run(stream, b"abc", encrypts=True), encrypts=False) == b"abc"


def test_wrong_data_keys_and_modes_have_net_names(thrown: Callable[..., str]) -> None:
    owner = algorithm()
    back = Transform(owner, KEY, VECTOR, encrypts=False)
    assert thrown(back.run, bytearray(15)) == CRYPTOGRAPHIC
    assert thrown(back.run, bytearray(16)) == CRYPTOGRAPHIC
    assert thrown(back.run, None) == "System.ArgumentNullException"
    short = bytearray(3)

    def transform(key: bytearray | None, vector: bytearray | None) -> None:
        Transform(owner, key, vector, encrypts=True)

    assert thrown(transform, None, VECTOR) == "System.ArgumentNullException"
    assert thrown(transform, short, VECTOR) == "System.ArgumentException"
    assert thrown(transform, KEY, short) == "System.ArgumentException"
    owner.mode = CipherMode(3)
    assert thrown(transform, KEY, VECTOR) == CRYPTOGRAPHIC


def test_keys_are_drawn_once_and_checked(thrown: Callable[..., str]) -> None:
    drawn: list[int] = []

    def random(count: int) -> bytearray:
        drawn.append(count)
        return bytearray(count)

    owner = Symmetric(AES, "AES", random)
    assert (len(owner.key()), len(owner.key()), len(owner.iv())) == (32, 32, 16)
    assert drawn == [32, 16]
    owner.set_size(128)
    assert len(owner.key()) == 16
    assert thrown(owner.set_size, 100) == CRYPTOGRAPHIC
    assert thrown(owner.set_key, bytearray(5)) == CRYPTOGRAPHIC
    assert thrown(owner.set_key, None) == "System.ArgumentNullException"
    assert thrown(owner.set_iv, bytearray(5)) == CRYPTOGRAPHIC
    assert thrown(owner.set_iv, None) == "System.ArgumentNullException"
    owner.set_key(KEY)
    owner.set_iv(VECTOR)
    assert (owner.key(), owner.iv()) == (KEY, VECTOR)


def test_triple_des_takes_two_keys_or_three() -> None:
    owner = Symmetric(AES, "TripleDES", bytearray)
    for size in (16, 24):
        key = bytearray(range(size))
        there = Transform(owner, key, bytearray(8), encrypts=True).run(bytearray(b"abc"))
        assert Transform(owner, key, bytearray(8), encrypts=False).run(there) == b"abc"
