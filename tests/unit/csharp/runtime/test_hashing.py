"""Hashes and their state."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from headgate.csharp.runtime.hashing import SIZES, Hasher, digest, keyed, part
from headgate.csharp.types import Type

KIND = Type("System.Security.Cryptography.SHA256")


def test_every_algorithm_has_the_size_that_it_says() -> None:
    for algorithm, bits in SIZES.items():
        assert len(digest(algorithm, b"")) * 8 == bits


def test_a_hash_leaves_nothing_behind_for_the_next() -> None:
    hasher = Hasher(KIND, "SHA256")
    assert hasher.compute(b"a") == hasher.compute(b"a") == hashlib.sha256(b"a").digest()
    assert hasher.add(bytearray(b"xay"), 1, 1, None, 0) == 1
    assert hasher.finish(bytearray(b"b"), 0, 1) == b"b"
    assert bytes(hasher.result or b"") == hashlib.sha256(b"ab").digest()
    assert hasher.pending == b""


def test_parts_stay_within_their_bytes(thrown: Callable[..., str]) -> None:
    data = bytearray(b"abc")
    assert part(data, 1, 2) == b"bc"
    assert thrown(part, None, 0, 0) == "System.ArgumentNullException"
    assert thrown(part, data, -1, 1) == "System.ArgumentOutOfRangeException"
    assert thrown(part, data, 2, 2) == "System.ArgumentException"
    assert thrown(part, data, 0, -1) == "System.ArgumentException"
    target = bytearray(1)
    assert thrown(Hasher(KIND, "SHA256").add, data, 0, 2, target, 0) == "System.ArgumentException"


def test_a_key_may_be_empty_but_not_null(thrown: Callable[..., str]) -> None:
    assert len(keyed(KIND, "SHA256", bytearray()).compute(b"")) == 32
    assert thrown(keyed, KIND, "SHA256", None) == "System.NullReferenceException"
    assert thrown(Hasher(KIND, "SHA256").compute, None) == "System.ArgumentNullException"
