"""System.StringComparison."""

from __future__ import annotations

from headgate.csharp.declare import enumeration
from headgate.csharp.runtime.comparison import Comparison

TYPE = enumeration("System.StringComparison", Comparison)
