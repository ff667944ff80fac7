"""Exceptions of expressions under their .NET names, and which of them derive from which.

`catch` in an expression sees a `DotNetError` by its `type_name`. Generated code does not check each
member access for null: CPython's own AttributeError on None is translated here instead.
"""

from __future__ import annotations

from typing import NoReturn

BASES = {
    "System.Exception": "",
    "System.SystemException": "System.Exception",
    "System.ArgumentException": "System.SystemException",
    "System.ArgumentNullException": "System.ArgumentException",
    "System.ArgumentOutOfRangeException": "System.ArgumentException",
    "System.ArithmeticException": "System.SystemException",
    "System.DivideByZeroException": "System.ArithmeticException",
    "System.OverflowException": "System.ArithmeticException",
    "System.FormatException": "System.SystemException",
    "System.UriFormatException": "System.FormatException",
    "System.IndexOutOfRangeException": "System.SystemException",
    "System.InvalidCastException": "System.SystemException",
    "System.InvalidOperationException": "System.SystemException",
    "System.NotImplementedException": "System.SystemException",
    "System.NotSupportedException": "System.SystemException",
    "System.NullReferenceException": "System.SystemException",
    "System.Security.Cryptography.CryptographicException": "System.SystemException",
    "System.TimeZoneNotFoundException": "System.Exception",
    "System.TimeoutException": "System.SystemException",
    "System.OutOfMemoryException": "System.SystemException",
    "System.InsufficientExecutionStackException": "System.SystemException",
    "System.Collections.Generic.KeyNotFoundException": "System.SystemException",
    "System.Text.RegularExpressions.RegexMatchTimeoutException": "System.TimeoutException",
    "System.Xml.XmlException": "System.SystemException",
    "System.Xml.XPath.XPathException": "System.SystemException",
    "Newtonsoft.Json.JsonException": "System.Exception",
    "Newtonsoft.Json.JsonReaderException": "Newtonsoft.Json.JsonException",
    "Newtonsoft.Json.JsonSerializationException": "Newtonsoft.Json.JsonException",
    "Microsoft.CSharp.RuntimeBinder.RuntimeBinderException": "System.Exception",
    "Headgate.BudgetExceededException": "",
}
"""Base of every exception type. The budget has none: an expression cannot catch its own end."""


def derives(type_name: str, base: str) -> bool:
    """Tell whether an exception type is the other one or derives from it."""
    while type_name and type_name != base:
        type_name = BASES.get(type_name, "")
    return bool(type_name)


class DotNetError(Exception):
    """An exception of an expression: `type_name` such as `System.FormatException`, `message`."""

    def __init__(
        self,
        type_name: str,
        message: str,
        *,
        inner: DotNetError | None = None,
        parameter: str = "",
    ) -> None:
        super().__init__(message)
        self.type_name = type_name
        self.message = message
        self.inner = inner
        self.parameter = parameter
        """`ParamName` of the ArgumentException family."""

    def __str__(self) -> str:
        return f"{self.type_name}: {self.message}"


def null_reference(*_: object) -> NoReturn:
    """Raise what .NET raises where a member of null is read."""
    raise DotNetError(
        "System.NullReferenceException", "Object reference not set to an instance of an object."
    )


def null_argument(name: str) -> DotNetError:
    """Return the error for an argument that may not be null."""
    return DotNetError(
        "System.ArgumentNullException",
        f"Value cannot be null. (Parameter '{name}')",
        parameter=name,
    )


def out_of_range(name: str, message: str = "") -> DotNetError:
    """Return the error for an argument outside its bounds."""
    text = message or "Specified argument was out of the range of valid values."
    return DotNetError("System.ArgumentOutOfRangeException", f"{text} ({name})", parameter=name)


def bad_argument(message: str) -> DotNetError:
    """Return a plain ArgumentException."""
    return DotNetError("System.ArgumentException", message)


def bad_format(message: str = "Input string was not in a correct format.") -> DotNetError:
    """Return a FormatException."""
    return DotNetError("System.FormatException", message)


def bad_cast(source: str, target: str) -> DotNetError:
    """Return the error for a cast between types that have nothing to do with each other."""
    return DotNetError(
        "System.InvalidCastException",
        f"Unable to cast object of type '{source}' to type '{target}'.",
    )


def overflow(message: str = "Arithmetic operation resulted in an overflow.") -> DotNetError:
    """Return an OverflowException."""
    return DotNetError("System.OverflowException", message)


def invalid_operation(message: str) -> DotNetError:
    """Return an InvalidOperationException."""
    return DotNetError("System.InvalidOperationException", message)


def key_not_found(key: object) -> DotNetError:
    """Return the error for a missing key."""
    return DotNetError(
        "System.Collections.Generic.KeyNotFoundException",
        f"The given key '{key}' was not present in the dictionary.",
    )


def cryptographic(message: str) -> DotNetError:
    """Return a CryptographicException."""
    return DotNetError("System.Security.Cryptography.CryptographicException", message)


def index_out_of_range() -> DotNetError:
    """Return the error of an array index outside the array."""
    return DotNetError(
        "System.IndexOutOfRangeException", "Index was outside the bounds of the array."
    )


TRANSLATED = (AttributeError, RecursionError, MemoryError)
"""What CPython raises in generated code and its helpers instead of a DotNetError."""

CATCHABLE = (DotNetError, *TRANSLATED)
"""What a `try` of an expression looks at."""


def translate(error: BaseException) -> DotNetError:
    """Return the .NET exception for one of `CATCHABLE`; a fault of our own is raised again."""
    if isinstance(error, DotNetError):
        return error
    if isinstance(error, RecursionError):
        return DotNetError(
            "System.InsufficientExecutionStackException", "The expression recurses too deeply."
        )
    if isinstance(error, MemoryError):
        return DotNetError("System.OutOfMemoryException", "Insufficient memory.")
    if isinstance(error, AttributeError) and error.obj is None:
        return DotNetError(
            "System.NullReferenceException",
            "Object reference not set to an instance of an object.",
        )
    raise error
