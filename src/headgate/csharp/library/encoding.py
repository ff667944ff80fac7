"""System.Text.Encoding."""

from __future__ import annotations

from headgate.csharp.budget import scanned
from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import null_argument, out_of_range
from headgate.csharp.runtime.texts import encode, whole
from headgate.csharp.types import Type
from headgate.csharp.values import NetObject


class Encoding(NetObject):
    """A Python codec under its .NET name."""

    __slots__ = ("codec", "name")
    NET = Type("System.Text.Encoding")

    def __init__(self, name: str, codec: str) -> None:
        self.name = name
        self.codec = codec


TYPE = DotNetType("System.Text.Encoding", python=Encoding)
ENCODINGS = {
    "UTF8": Encoding("utf-8", "utf-8"),
    "ASCII": Encoding("us-ascii", "ascii"),
    "Unicode": Encoding("utf-16", "utf-16-le"),
    "BigEndianUnicode": Encoding("utf-16BE", "utf-16-be"),
    "UTF32": Encoding("utf-32", "utf-32-le"),
    "Default": Encoding("utf-8", "utf-8"),
}
for word, encoding in ENCODINGS.items():
    TYPE.constant(f"Encoding {word}", encoding)
BY_NAME = {one.name.lower(): one for one in ENCODINGS.values()} | {
    "iso-8859-1": Encoding("iso-8859-1", "latin-1"),
    "utf8": ENCODINGS["UTF8"],
    "ascii": ENCODINGS["ASCII"],
}


@TYPE.static("Encoding! GetEncoding(string name)")
def by_name(name: str) -> Encoding:
    """Return an encoding by its name. Raises ArgumentException."""
    found = BY_NAME.get((name or "").lower())
    if found is None:
        raise out_of_range("name", f"'{name}' is not a supported encoding name.")
    return found


@TYPE.method("byte[]! GetBytes(string s)")
def get_bytes(encoding: Encoding, text: str | None) -> bytearray:
    """Return the bytes of a text."""
    if text is None:
        raise null_argument("s")
    scanned(text, 4)
    if encoding.codec == "utf-8":
        return bytearray(encode(text))
    if encoding.codec.startswith("utf"):
        return bytearray(text.encode(encoding.codec, "surrogatepass"))
    return bytearray(text.encode(encoding.codec, "replace"))


TYPE.method("byte[]! GetBytes(char[] chars)")(
    lambda encoding, chars: get_bytes(encoding, whole("".join(chars)))
)


@TYPE.method("string! GetString(byte[] bytes)")
def get_string(encoding: Encoding, data: bytes | None) -> str:
    """Return the text of bytes; what is no text becomes U+FFFD."""
    if data is None:
        raise null_argument("bytes")
    scanned(data, 40 if encoding.codec == "ascii" else 4)
    if encoding.codec == "ascii":
        return bytes(byte if byte < 128 else 63 for byte in data).decode()
    return data.decode(encoding.codec, "replace")


@TYPE.method("string! GetString(byte[] bytes, int index, int count)")
def get_part(encoding: Encoding, data: bytes, index: int, count: int) -> str:
    """Return the text of some of the bytes."""
    if index < 0 or count < 0 or index + count > len(data):
        raise out_of_range("count")
    return get_string(encoding, data[index : index + count])


TYPE.method("int GetByteCount(string s)")(lambda encoding, text: len(get_bytes(encoding, text)))
TYPE.property("string! WebName", code="{0}.name")
