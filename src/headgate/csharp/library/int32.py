"""System.Int32."""

from __future__ import annotations

from headgate.csharp.runtime.numerics import numeric_type
from headgate.csharp.types import INT32

TYPE = numeric_type(INT32)
