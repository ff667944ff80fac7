"""Exceptions under their .NET names."""

from __future__ import annotations

import pytest

from headgate.csharp.errors import BASES, DotNetError, derives, null_argument, translate


def test_exceptions_derive_from_their_bases() -> None:
    assert derives("System.ArgumentNullException", "System.ArgumentException")
    assert derives("System.FormatException", "System.Exception")
    assert not derives("System.FormatException", "System.ArgumentException")
    assert not derives("Headgate.BudgetExceededException", "System.Exception")
    assert all(base in BASES for base in BASES.values() if base)


def test_python_errors_are_translated() -> None:
    with pytest.raises(AttributeError) as caught:
        getattr(None, "nope".strip())
    assert translate(caught.value).type_name == "System.NullReferenceException"
    assert translate(RecursionError()).type_name.endswith("InsufficientExecutionStackException")
    assert translate(MemoryError()).type_name == "System.OutOfMemoryException"
    own = DotNetError("System.Exception", "x")
    assert translate(own) is own


def test_a_fault_of_our_own_is_not_hidden() -> None:
    with pytest.raises(AttributeError) as caught:
        getattr(5, "nope".strip())
    with pytest.raises(AttributeError):
        translate(caught.value)
    assert null_argument("p").parameter == "p"
