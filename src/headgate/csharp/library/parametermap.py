"""`Request.MatchedParameters`: IReadOnlyDictionary<string, string>."""

from __future__ import annotations

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import key_not_found

TYPE = DotNetType("Apim.Expressions.ParameterMap", bases=("IReadOnlyDictionary<string, string>",))

TYPE.property("int Count")(len)
TYPE.method("string GetValueOrDefault(string name)", code="{0}.get({1})")
TYPE.method("string GetValueOrDefault(string name, string defaultValue)", code="{0}.get({1}, {2})")
TYPE.method("bool ContainsKey(string name)", code="{1} in {0}")


@TYPE.indexer("string! this[string name]")
def get(parameters: dict[str, str], name: str) -> str:
    """Return one value. Raises KeyNotFoundException."""
    if name not in parameters:
        raise key_not_found(name)
    return parameters[name]


@TYPE.method("bool TryGetValue(string name, out string value)")
def try_get(parameters: dict[str, str], name: str) -> tuple[bool, str | None]:
    """Return whether the parameter is there, and its value."""
    return name in parameters, parameters.get(name)
