"""System.Byte."""

from __future__ import annotations

from headgate.csharp.runtime.numerics import numeric_type
from headgate.csharp.types import BYTE

TYPE = numeric_type(BYTE)
