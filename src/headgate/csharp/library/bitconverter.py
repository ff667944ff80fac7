"""System.BitConverter: little-endian, as on the machines that APIM runs on."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from headgate.csharp.budget import scanned
from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import bad_argument, null_argument
from headgate.csharp.runtime.casts import CLASSES
from headgate.csharp.types import KEYWORDS

TYPE = DotNetType("System.BitConverter", kind="static")
TYPE.constant("bool IsLittleEndian", True)
LAYOUTS = {
    "bool": "?",
    "short": "h",
    "ushort": "H",
    "int": "i",
    "uint": "I",
    "long": "q",
    "ulong": "Q",
    "float": "f",
    "double": "d",
}


def reader(word: str, layout: str) -> Callable[[bytes, int], Any]:
    """Return the reader of a type."""
    make = CLASSES[KEYWORDS[word]]
    size = struct.calcsize(layout)

    def read(data: bytes | None, start: int) -> Any:
        if data is None:
            raise null_argument("value")
        if start < 0 or start + size > len(data):
            raise bad_argument("Destination array is not long enough.")
        return make(struct.unpack_from(f"<{layout}", data, start)[0])

    return read


for word, layout in LAYOUTS.items():
    name = KEYWORDS[word].name.rpartition(".")[2]
    TYPE.static(f"byte[]! GetBytes({word} value)")(
        lambda value, layout=layout: bytearray(struct.pack(f"<{layout}", value))
    )
    TYPE.static(f"{word} To{name}(byte[] value, int startIndex)")(reader(word, layout))


@TYPE.static("string! ToString(byte[] value)")
def to_string(data: bytes | None) -> str:
    """Return hexadecimal pairs with hyphens."""
    if data is None:
        raise null_argument("value")
    scanned(data, 8)
    return data.hex("-").upper() if data else ""
