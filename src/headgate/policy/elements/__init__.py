"""One policy element per file (row 3)."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from headgate.policy.schema import Element, Registry


@cache
def discover() -> Registry:
    """Return the element classes of this package's modules by each of their names."""
    registry: Registry = {}
    for found in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{found.name}")
        for item in vars(module).values():
            if not (isinstance(item, type) and issubclass(item, Element)):
                continue
            for name in item.declaration.names:
                assert registry.setdefault(name, item) is item, f"two elements are called {name}"
    return registry
