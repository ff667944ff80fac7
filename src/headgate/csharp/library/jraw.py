"""Newtonsoft.Json.Linq.JRaw: JSON text that is written as it is."""

from __future__ import annotations

from headgate.csharp.declare import DotNetType
from headgate.csharp.runtime.jsontree import JRaw

TYPE = DotNetType("Newtonsoft.Json.Linq.JRaw", bases=("JValue",), python=JRaw)

TYPE.constructor("(object rawJson)")(JRaw)
