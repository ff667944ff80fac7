"""MD5, SHA and HMAC; expected values of FIPS 180-4, RFC 1321 and RFC 4231."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]
HEX = 'BitConverter.ToString({}).Replace("-", "").ToLower()'
ABC = 'Encoding.ASCII.GetBytes("abc")'
SHA256_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
DATA = 'Encoding.ASCII.GetBytes("what do ya want for nothing?")'
KEY = 'Encoding.ASCII.GetBytes("Jefe")'
RFC_4231_2 = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (f"MD5.Create().ComputeHash({ABC})", "900150983cd24fb0d6963f7d28e17f72"),
        (f"SHA1.Create().ComputeHash({ABC})", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (f"SHA256.Create().ComputeHash({ABC})", SHA256_ABC),
        (f"new SHA256Managed().ComputeHash({ABC})", SHA256_ABC),
        (f"SHA256.HashData({ABC})", SHA256_ABC),
        (f'HashAlgorithm.Create("SHA-256").ComputeHash({ABC})', SHA256_ABC),
        (
            'SHA256.Create().ComputeHash(Encoding.ASCII.GetBytes("xabcx"), 1, 3)',
            SHA256_ABC,
        ),
        (f"new HMACSHA256({KEY}).ComputeHash({DATA})", RFC_4231_2),
        (f"new HMACSHA256 {{ Key = {KEY} }}.ComputeHash({DATA})", RFC_4231_2),
        (f"HMACSHA256.HashData({KEY}, {DATA})", RFC_4231_2),
    ],
)
def test_published_vectors(run: Run, source: str, value: str) -> None:
    assert run(f"@({HEX.format(source)})") == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(SHA1.Create().HashSize)", 160),
        ("@(new HMACSHA384(new byte[1]).HashSize)", 384),
        ("@(new HMACSHA512(new byte[1]).HashName)", "SHA512"),
        ("@(new HMACSHA512().Key.Length)", 128),
        ("@(new HMACMD5().Key.Length)", 64),
        ("@(new HMACSHA1(new byte[] {7}).Key[0])", 7),
        ("@(SHA256.Create().Hash == null)", True),
        ('@(HashAlgorithm.Create("none") == null)', True),
        ("@(new SHA512Managed() is HashAlgorithm)", True),
        ("@(new HMACSHA1(new byte[1]) is KeyedHashAlgorithm)", True),
        ("@(new SHA256Managed().GetType().Name)", "SHA256Managed"),
        ("@(SHA256.HashData(null))", "System.ArgumentNullException"),
        ("@(HMACSHA1.HashData(null, new byte[1]))", "System.ArgumentNullException"),
        ("@(HashAlgorithm.Create(null))", "System.ArgumentNullException"),
        ("@(new HMACSHA1(new byte[1]) { Key = null })", "System.ArgumentNullException"),
    ],
)
def test_members(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


def test_blocks_are_hashed_together(run: Run) -> None:
    source = """@{
        using (var h = SHA256.Create()) {
            var target = new byte[1];
            h.TransformBlock(new byte[] {97}, 0, 1, target, 0);
            h.TransformFinalBlock(new byte[] {98, 99}, 0, 2);
            var all = target[0] + ":" + BitConverter.ToString(h.Hash).Replace("-", "").ToLower();
            h.Clear();
            return all + (h.Hash == null);
        }
    }"""
    assert run(source) == f"97:{SHA256_ABC}True"
