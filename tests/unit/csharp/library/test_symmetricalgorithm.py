"""Encrypt, Decrypt and the algorithms behind them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]
DATA = 'Encoding.UTF8.GetBytes("data")'


@pytest.mark.parametrize(
    "pair",
    [
        ('.Encrypt("Aes", k, iv)', '.Decrypt("AesManaged", k, iv)'),
        (".Encrypt(a, k, iv)", '.Decrypt("System.Security.Cryptography.Rijndael", k, iv)'),
        (".Encrypt(a)", ".Decrypt(a, a.Key, a.IV)"),
        (".Encrypt(a)", ".Decrypt(a)"),
    ],
)
def test_what_is_encrypted_can_be_decrypted(run: Run, pair: tuple[str, str]) -> None:
    source = f"""@{{
        var k = new byte[32]; var iv = new byte[16];
        using (Aes a = Aes.Create()) {{
            a.GenerateKey();
            return Encoding.UTF8.GetString({DATA}{pair[0]}{pair[1]});
        }}
    }}"""
    assert run(source) == "data"


def test_a_transform_goes_both_ways(run: Run) -> None:
    source = f"""@{{
        var a = new RijndaelManaged {{ Mode = CipherMode.ECB, Padding = PaddingMode.PKCS7 }};
        a.KeySize = 128; a.Key = new byte[16];
        var there = a.CreateEncryptor().TransformFinalBlock({DATA}, 0, 4);
        using (var back = a.CreateDecryptor(a.Key, a.IV)) {{
            return Encoding.UTF8.GetString(back.TransformFinalBlock(there, 0, there.Length));
        }}
    }}"""
    assert run(source) == "data"


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(Aes.Create().KeySize)", 256),
        ("@(Aes.Create().BlockSize)", 128),
        ("@(TripleDES.Create().BlockSize)", 64),
        ("@(Aes.Create().Mode.ToString() + Aes.Create().Padding)", "CBCPKCS7"),
        ('@(SymmetricAlgorithm.Create("3DES") is TripleDES)', True),
        ('@(SymmetricAlgorithm.Create("none") == null)', True),
        ("@(SymmetricAlgorithm.Create(null))", "System.ArgumentNullException"),
        (
            '@(new byte[1].Encrypt("none", new byte[16], new byte[16]))',
            "System.NullReferenceException",
        ),
        ("@(((byte[])null).Encrypt(Aes.Create()))", "System.NullReferenceException"),
        ("@(new byte[1].Encrypt((SymmetricAlgorithm)null))", "System.NullReferenceException"),
        ("@{ var a = Aes.Create(); a.Clear(); a.GenerateIV(); return a.IV.Length; }", 16),
    ],
)
def test_members(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
