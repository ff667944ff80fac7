"""System.Guid."""

from __future__ import annotations

from headgate.csharp.budget import spend
from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import DotNetError, null_argument
from headgate.csharp.runtime.equality import compare
from headgate.csharp.runtime.guids import EMPTY, Guid, from_bits, parse
from headgate.csharp.runtime.randomness import bits
from headgate.model.context import Context

TYPE = DotNetType("System.Guid", kind="struct", python=Guid, default=EMPTY, bases=("IComparable",))

TYPE.constant("Guid Empty", EMPTY)
TYPE.constructor("(string g)")(parse)
TYPE.static("Guid Parse(string input)")(parse)
TYPE.operator("==", "bool (Guid a, Guid b)")(lambda left, right: left == right)
TYPE.operator("!=", "bool (Guid a, Guid b)")(lambda left, right: left != right)
TYPE.method("bool Equals(Guid g)", code="{0} == {1}")
TYPE.method("int CompareTo(Guid value)")(compare)
TYPE.method("string! ToString(string format)", code="{0}.format({1} or 'D')")


RANDOM = 2_000
"""Units of a random Guid."""


@TYPE.static("Guid NewGuid()", context=True)
def new_guid(context: Context) -> Guid:
    """Return a random Guid."""
    spend(RANDOM)
    return from_bits(bits(context, 128))


@TYPE.static("bool TryParse(string input, out Guid result)")
def try_parse(text: str | None) -> tuple[bool, Guid]:
    """Return whether the text is a Guid, and the Guid."""
    try:
        return True, parse(text)
    except DotNetError:
        return False, EMPTY


@TYPE.constructor("(byte[] b)")
def from_bytes(data: bytearray | None) -> Guid:
    """Return the Guid of 16 bytes, the first three groups little-endian.

    Raises DotNetError when there are not 16.
    """
    if data is None:
        raise null_argument("b")
    if len(data) != 16:
        message = "Byte array for Guid must be exactly 16 bytes long. (Parameter 'b')"
        raise DotNetError("System.ArgumentException", message)
    ordered = data[3::-1] + data[5:3:-1] + data[7:5:-1] + data[8:]
    return Guid(bytes(ordered).hex())


@TYPE.method("byte[]! ToByteArray()")
def to_bytes(value: Guid) -> bytearray:
    """Return 16 bytes, the first three groups little-endian."""
    data = bytes.fromhex(value.digits)
    return bytearray(data[3::-1] + data[5:3:-1] + data[7:5:-1] + data[8:])
