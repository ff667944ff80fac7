"""The casts of XElement and XAttribute: `(int)element`, `(DateTime?)attribute`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import null_argument
from headgate.csharp.runtime.xmlvalues import READERS
from headgate.csharp.types import STRING


def cast(read: Callable[[str], Any], text: Callable[[Any], str], null: str) -> Callable[[Any], Any]:
    """Return a cast; null stays null unless the type has no null."""

    def convert(node: Any) -> Any:
        if node is None:
            if null:
                raise null_argument(null)
            return None
        return read(text(node))

    return convert


def declare_casts(owner: DotNetType, parameter: str, text: Callable[[Any], str]) -> None:
    """Declare the explicit conversions of a type whose value is a text."""
    for kind, read in READERS.items():
        name = str(kind).rpartition(".")[2]
        if kind == STRING:
            owner.explicit(f"string of({owner.simple} {parameter})")(cast(read, text, ""))
            continue
        owner.explicit(f"{name} of({owner.simple} {parameter})")(cast(read, text, parameter))
        owner.explicit(f"{name}? of({owner.simple} {parameter})")(cast(read, text, ""))
