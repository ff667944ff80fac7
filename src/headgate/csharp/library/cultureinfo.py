"""System.Globalization.CultureInfo: there is only the invariant culture."""

from __future__ import annotations

from headgate.csharp.declare import DotNetType
from headgate.csharp.types import Type
from headgate.csharp.values import NetObject


class Culture(NetObject):
    """The invariant culture."""

    __slots__ = ()
    NET = Type("System.Globalization.CultureInfo")

    def to_text(self) -> str:
        """Return its empty name."""
        return ""


INVARIANT = Culture()
TYPE = DotNetType("System.Globalization.CultureInfo", bases=("IFormatProvider",), python=Culture)
TYPE.constant("CultureInfo InvariantCulture", INVARIANT)
TYPE.constant("CultureInfo CurrentCulture", INVARIANT)
TYPE.property("string! Name", code="''")
