"""Hash algorithms, with and without a key: state and results of System.Security.Cryptography."""

from __future__ import annotations

import hashlib
import hmac

from headgate.csharp.budget import scanned, spend
from headgate.csharp.errors import bad_argument, null_argument, null_reference, out_of_range
from headgate.csharp.types import Type
from headgate.csharp.values import NetObject

SET_UP = 2_000
"""Units of a hash that is begun."""
RATE = 4
"""Units of a byte that is hashed."""
SIZES = {"MD5": 128, "SHA1": 160, "SHA256": 256, "SHA384": 384, "SHA512": 512}
"""Bits of a hash, by the algorithm's .NET name."""


def digest(algorithm: str, data: bytes | bytearray) -> bytearray:
    """Return the hash of bytes."""
    scanned(data, RATE)
    return bytearray(hashlib.new(algorithm, data, usedforsecurity=False).digest())


class Hasher(NetObject):
    """A HashAlgorithm: what it computes follows from `algorithm` and, of a HMAC, from `key`."""

    __slots__ = ("algorithm", "key", "kind", "pending", "result")

    def __init__(self, kind: Type, algorithm: str, key: bytes | None = None) -> None:
        self.kind = kind
        self.algorithm = algorithm
        self.key = key
        self.pending = bytearray()
        """What `TransformBlock` was given."""
        self.result: bytearray | None = None

    def net_type(self) -> Type:
        """Return the type of the algorithm."""
        return self.kind

    def compute(self, data: bytes | bytearray | None) -> bytearray:
        """Return the hash of bytes. Raises ArgumentNullException."""
        if data is None:
            raise null_argument("buffer")
        spend(SET_UP)
        if self.key is None:
            self.result = digest(self.algorithm, data)
        else:
            scanned(data, RATE)
            found = hmac.digest(self.key, data, self.algorithm.lower())
            self.result = bytearray(found)
        return bytearray(self.result)

    def compute_part(self, data: bytearray | None, start: int, count: int) -> bytearray:
        """Return the hash of some of the bytes."""
        return self.compute(part(data, start, count))

    def add(
        self, data: bytearray, start: int, count: int, target: bytearray | None, place: int
    ) -> int:
        """Take bytes, which are copied to a target if there is one, and return how many."""
        taken = part(data, start, count)
        scanned(taken, RATE)
        self.pending += taken
        if target is not None:
            if place < 0 or place + count > len(target):
                raise bad_argument("The destination is too short.")
            target[place : place + count] = taken
        return count

    def finish(self, data: bytearray, start: int, count: int) -> bytearray:
        """Take the last bytes and return them; the hash is in `result`."""
        taken = part(data, start, count)
        self.compute(self.pending + taken)
        self.pending = bytearray()
        return taken


def part(data: bytearray | None, start: int, count: int) -> bytearray:
    """Return some bytes. Raises ArgumentNullException, ArgumentOutOfRange, ArgumentException."""
    if data is None:
        raise null_argument("buffer")
    if start < 0:
        raise out_of_range("offset")
    if count < 0 or start + count > len(data):
        raise bad_argument("Value was invalid.")
    return data[start : start + count]


def keyed(kind: Type, algorithm: str, key: bytearray | None) -> Hasher:
    """Return a HMAC with a key."""
    if key is None:
        null_reference()
    scanned(key, RATE)
    return Hasher(kind, algorithm, bytes(key))
