"""`context.Variables`: IReadOnlyDictionary<string, object>, whose names mind case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import key_not_found, null_argument
from headgate.csharp.runtime.casts import caster
from headgate.csharp.surface import surface
from headgate.csharp.types import NULLABLE, Type

Variables = dict[str, Any]

TYPE = DotNetType(
    "Apim.Expressions.VariableMap", bases=("IReadOnlyDictionary<string, object>",), python=dict
)

TYPE.property("int Count")(len)
TYPE.method("bool ContainsKey(string name)", code="{1} in {0}")
TYPE.method("object GetValueOrDefault(string name)", code="{0}.get({1})")


@TYPE.indexer("object this[string name]")
def get(variables: Variables, name: str | None) -> Any:
    """Return a variable. Raises KeyNotFoundException."""
    try:
        return variables[name]  # type: ignore[index]  # None is answered below
    except KeyError:
        if name is None:
            raise null_argument("key") from None
        raise key_not_found(name) from None


@TYPE.method("bool TryGetValue(string name, out object value)")
def try_get(variables: Variables, name: str) -> tuple[bool, Any]:
    """Return whether a variable is there, and its value."""
    return name in variables, variables.get(name)


def cast_to(kind: Type) -> Callable[[Any], Any]:
    """Return the cast that `(T)value` does."""
    if kind.name == NULLABLE:
        inner = caster(surface(), kind.args[0])
        return lambda value: None if value is None else inner(value)
    return caster(surface(), kind)


@TYPE.generic("T GetValueOrDefault<T>(string name)")
def typed(kind: Type) -> Callable[[Variables, str], Any]:
    """Return a variable cast to a type, or the default of the type."""
    declared = surface().declared(kind)
    return typed_or_default(kind, declared.default if declared else None)


def typed_or_default(kind: Type, missing: Any) -> Callable[..., Any]:
    """Return the reader of a variable with a cast."""
    cast = cast_to(kind)

    def read(variables: Variables, name: str, default: Any = missing) -> Any:
        if name in variables:
            return cast(variables[name])
        return default

    return read


@TYPE.generic("T GetValueOrDefault<T>(string name, T defaultValue)")
def typed_with_default(kind: Type) -> Callable[..., Any]:
    """Return a variable cast to a type, or the given default."""
    return typed_or_default(kind, None)
