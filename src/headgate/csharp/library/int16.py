"""System.Int16."""

from __future__ import annotations

from headgate.csharp.runtime.numerics import numeric_type
from headgate.csharp.types import INT16

TYPE = numeric_type(INT16)
