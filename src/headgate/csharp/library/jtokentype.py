"""Newtonsoft.Json.Linq.JTokenType."""

from __future__ import annotations

from headgate.csharp.declare import enumeration
from headgate.csharp.runtime.jsonbase import TokenType

TYPE = enumeration("Newtonsoft.Json.Linq.JTokenType", TokenType)
