"""The exception types: one Python class carries them all under their .NET names."""

from __future__ import annotations

from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import BASES, DotNetError

DEFAULTS = {
    "System.ArgumentException": "Value does not fall within the expected range.",
    "System.InvalidOperationException": (
        "Operation is not valid due to the current state of the object."
    ),
    "System.FormatException": "One of the identified items was in an invalid format.",
}


def declare(name: str, base: str) -> DotNetType:
    """Declare one exception type with its constructors."""
    declared = DotNetType(name, bases=(base,) if base else ())
    default = DEFAULTS.get(name, f"Exception of type '{name}' was thrown.")

    def plain() -> DotNetError:
        return DotNetError(name, default)

    def with_message(message: str | None) -> DotNetError:
        return DotNetError(name, default if message is None else message)

    def with_inner(message: str | None, inner: DotNetError | None) -> DotNetError:
        return DotNetError(name, default if message is None else message, inner=inner)

    def with_parameter(message: str | None, parameter: str | None) -> DotNetError:
        text = f"{message} (Parameter '{parameter}')" if parameter else message
        return DotNetError(name, text or default, parameter=parameter or "")

    def for_parameter(parameter: str | None) -> DotNetError:
        return with_parameter("Value cannot be null.", parameter)

    def parameter_first(parameter: str | None, message: str | None) -> DotNetError:
        return with_parameter(message, parameter)

    declared.constructor("()")(plain)
    if name in ("System.ArgumentNullException", "System.ArgumentOutOfRangeException"):
        declared.constructor("(string paramName)")(for_parameter)
        declared.constructor("(string paramName, string message)")(parameter_first)
    else:
        declared.constructor("(string message)")(with_message)
    declared.constructor("(string message, Exception innerException)")(with_inner)
    if name == "System.ArgumentException":
        declared.constructor("(string message, string paramName)")(with_parameter)
    return declared


TYPES = tuple([declare(name, base) for name, base in BASES.items() if name[0] != "H"])
EXCEPTION = TYPES[0]

EXCEPTION.property("string! Message", code="{0}.message")
EXCEPTION.property("Exception InnerException", code="{0}.inner")
EXCEPTION.property("string StackTrace", code="''")
EXCEPTION.property("string Source", code="''")


@EXCEPTION.method("string! ToString()")
def to_string(error: DotNetError) -> str:
    """Return type and message."""
    return str(error)


@EXCEPTION.method("Exception! GetBaseException()")
def base_exception(error: DotNetError) -> DotNetError:
    """Return the innermost exception."""
    while error.inner is not None:
        error = error.inner
    return error


def parameter_name(error: Any) -> str | None:
    """Return `ParamName`."""
    return error.parameter or None


next(one for one in TYPES if one.name == "System.ArgumentException").property("string ParamName")(
    parameter_name
)
