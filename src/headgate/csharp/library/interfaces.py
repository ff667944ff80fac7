"""Interfaces that only serve as types of parameters and variables."""

from __future__ import annotations

from headgate.csharp.declare import DotNetType

TYPES = (
    DotNetType("System.IComparable", kind="interface"),
    DotNetType("System.IFormattable", kind="interface"),
    DotNetType("System.IConvertible", kind="interface"),
    DotNetType("System.IFormatProvider", kind="interface"),
    DotNetType("System.IDisposable", kind="interface"),
)
