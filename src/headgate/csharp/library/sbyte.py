"""System.SByte."""

from __future__ import annotations

from headgate.csharp.runtime.numerics import numeric_type
from headgate.csharp.types import SBYTE

TYPE = numeric_type(SBYTE)
