"""The delegate types: their parameters are read off their type arguments."""

from __future__ import annotations

from headgate.csharp.declare import DotNetType
from headgate.csharp.types import DELEGATES

TYPES = tuple([DotNetType(name, kind="delegate") for name in sorted(DELEGATES)])
