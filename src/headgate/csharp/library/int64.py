"""System.Int64."""

from __future__ import annotations

from headgate.csharp.runtime.numerics import numeric_type
from headgate.csharp.types import INT64

TYPE = numeric_type(INT64)
