"""System.Double."""

from __future__ import annotations

import math
import sys

from headgate.csharp.runtime.numerics import numeric_type
from headgate.csharp.types import DOUBLE

TYPE = numeric_type(DOUBLE)

TYPE.constant("double MaxValue", sys.float_info.max)
TYPE.constant("double MinValue", -sys.float_info.max)
TYPE.constant("double Epsilon", 5e-324)
TYPE.constant("double NaN", math.nan)
TYPE.constant("double PositiveInfinity", math.inf)
TYPE.constant("double NegativeInfinity", -math.inf)
TYPE.static("bool IsNaN(double d)")(math.isnan)
TYPE.static("bool IsInfinity(double d)")(math.isinf)


@TYPE.static("bool IsPositiveInfinity(double d)")
def is_positive_infinity(value: float) -> bool:
    """Tell whether a double is positive infinity."""
    return value == math.inf


@TYPE.static("bool IsNegativeInfinity(double d)")
def is_negative_infinity(value: float) -> bool:
    """Tell whether a double is negative infinity."""
    return value == -math.inf
