"""System.Random."""

from __future__ import annotations

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import out_of_range
from headgate.csharp.runtime.randomness import Random, bits
from headgate.model.context import Context

TYPE = DotNetType("System.Random", python=Random)

TYPE.constructor("(int Seed)")(Random)


@TYPE.constructor("()", context=True)
def create(context: Context) -> Random:
    """Return a generator with a seed from the call's source of randomness."""
    return Random(bits(context, 31))


TYPE.method("int Next()", code="{0}.sample()")
TYPE.method("int Next(int minValue, int maxValue)")(Random.next_below)
TYPE.method("double NextDouble()", code="{0}.next_double()")
TYPE.method("void NextBytes(byte[] buffer)")(Random.fill)


@TYPE.method("int Next(int maxValue)")
def next_up_to(generator: Random, high: int) -> int:
    """Return an integer below a limit."""
    if high < 0:
        raise out_of_range("maxValue", "'maxValue' must be greater than zero.")
    return generator.next_below(0, high)
