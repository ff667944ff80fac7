"""System.Array and `T[]`, whose Python form is `collections.Array`; of `byte[]` a bytearray."""

from __future__ import annotations

from headgate.csharp.declare import DotNetType
from headgate.csharp.runtime.collections import Array, array_get, array_set

ELEMENTS = DotNetType("[]<T>", bases=("System.Array", "IList<T>", "IReadOnlyList<T>"), python=Array)
TYPE = DotNetType("System.Array", python=())
TYPES = (ELEMENTS,)

ELEMENTS.indexer("T this[int index]", setter=array_set)(array_get)
TYPE.property("int Length")(len)
TYPE.property("long LongLength")(len)
TYPE.property("int Rank", code="1")
