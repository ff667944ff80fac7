"""System.UInt16."""

from __future__ import annotations

from headgate.csharp.runtime.numerics import numeric_type
from headgate.csharp.types import UINT16

TYPE = numeric_type(UINT16)
