"""Which dialect a path speaks. Dialects are found by walking their package: no list to edit."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

from headgate.tokens import dialects
from headgate.tokens.dialect import Dialect
from headgate.tokens.dialects import generic


def _discover() -> dict[str, Dialect]:
    found: dict[str, Dialect] = {}
    for module in iter_modules(dialects.__path__, dialects.__name__ + "."):
        dialect = import_module(module.name).DIALECT
        assert isinstance(dialect, Dialect), f"{module.name}.DIALECT is not a dialect"
        assert dialect.name not in found, f"two dialects are called {dialect.name}"
        found[dialect.name] = dialect
    return found


DIALECTS = _discover()
"""All dialects by name."""

_BY_SUFFIX = sorted(
    ((suffix, dialect) for dialect in DIALECTS.values() for suffix in dialect.suffixes),
    key=lambda item: -len(item[0]),
)


@lru_cache(maxsize=1024)
def dialect_for(path: str) -> Dialect:
    """Return the dialect that a request path speaks; the generic one if no other knows it."""
    path = path.rstrip("/")
    for suffix, dialect in _BY_SUFFIX:
        if path.endswith(suffix):
            return dialect
    return generic.DIALECT
