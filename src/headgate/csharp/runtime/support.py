"""The smallest things that generated code calls: null checks, cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from headgate.csharp.errors import DotNetError, invalid_operation, null_reference


class Cell:
    """A local variable that lambdas share, one for each pass of the loop that declares it."""

    __slots__ = ("value",)

    def __init__(self, value: Any = None) -> None:
        self.value = value

    def set(self, value: Any) -> Any:
        """Assign and return the value, as a C# assignment does."""
        self.value = value
        return value


def call(function: Callable[..., Any] | None, *arguments: Any) -> Any:
    """Invoke a delegate."""
    if function is None:
        null_reference()
    return function(*arguments)


def present(value: Any) -> Any:
    """Return the value of a nullable. Raises InvalidOperationException for null."""
    if value is None:
        raise invalid_operation("Nullable object must have a value.")
    return value


def last(*values: Any) -> Any:
    """Return the last of several values, all of which were computed."""
    return values[-1]


def fail(error: DotNetError | None) -> Any:
    """Raise an exception that an expression throws."""
    if error is None:
        null_reference()
    raise error


__all__ = [
    "Cell",
    "call",
    "fail",
    "last",
    "null_reference",
    "present",
]
