"""System.Single."""

from __future__ import annotations

import math

from headgate.csharp.numerals import SINGLE_MAX
from headgate.csharp.runtime.numerics import numeric_type
from headgate.csharp.types import SINGLE
from headgate.csharp.values import Single

TYPE = numeric_type(SINGLE)

TYPE.constant("float MaxValue", Single(SINGLE_MAX))
TYPE.constant("float MinValue", Single(-SINGLE_MAX))
TYPE.constant("float Epsilon", Single(1e-45))
TYPE.constant("float NaN", Single(math.nan))
TYPE.constant("float PositiveInfinity", Single(math.inf))
TYPE.constant("float NegativeInfinity", Single(-math.inf))
TYPE.static("bool IsNaN(float f)")(math.isnan)
