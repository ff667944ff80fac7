"""System.UInt32."""

from __future__ import annotations

from headgate.csharp.runtime.numerics import numeric_type
from headgate.csharp.types import UINT32

TYPE = numeric_type(UINT32)
