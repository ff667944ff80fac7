"""System.DateTimeKind and DayOfWeek."""

from __future__ import annotations

from headgate.csharp.declare import enumeration
from headgate.csharp.runtime.dates import DayOfWeek, Kind

TYPES = (
    enumeration("System.DateTimeKind", Kind),
    enumeration("System.DayOfWeek", DayOfWeek),
)
