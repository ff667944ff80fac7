"""The declared .NET surface: every type of `library/`, found by walking the package.

What is not here does not exist for an expression: the binder resolves each type, member, operator
and conversion through `Surface` and nothing reads attributes by a name from policy text.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache

import msgspec

from headgate.csharp import library
from headgate.csharp.declare import Declared, DotNetType
from headgate.csharp.signatures import Signature, read_signature, read_type
from headgate.csharp.types import (
    DYNAMIC,
    KEYWORDS,
    NULL,
    NULLABLE,
    OBJECT,
    Type,
    substitute,
)


class Candidate(msgspec.Struct, frozen=True, eq=False):
    """A member with its signature as it looks on one closed type."""

    declared: Declared
    signature: Signature


class Surface:
    """All declared types. `[]` and `[,]` are the array types."""

    def __init__(self, types: list[DotNetType]) -> None:
        self.types: dict[str, DotNetType] = {}
        self.short: dict[str, str] = {}
        self.extensions: dict[str, list[Declared]] = {}
        self.classes: dict[type, DotNetType] = {}
        for declared in types:
            assert declared.name not in self.types, f"{declared.name} is declared twice"
            self.types[declared.name] = declared
            self.short.setdefault(declared.simple, declared.name)
            for python in declared.python:
                self.classes[python] = declared
            for member in declared.declared:
                if member.extension:
                    self.extensions.setdefault(member.name, []).append(member)
        self.namespaces = {
            ".".join(name.split(".")[:depth])
            for name in self.types
            for depth in range(1, name.count(".") + 1)
        }
        self._own: dict[str, dict[str, list[Candidate]]] = {}
        self._bases: dict[Type, tuple[Type, ...]] = {}
        self._found: dict[tuple[Type, str], list[Candidate]] = {}
        self._extension: dict[str, list[Candidate]] = {}

    def full_name(self, name: str) -> str | None:
        """Return the full name of a type given by simple or full name."""
        return name if name in self.types else self.short.get(name)

    def declared(self, kind: Type) -> DotNetType | None:
        """Return the declaration behind a type."""
        return self.types.get(kind.name)

    def is_value(self, kind: Type) -> bool:
        """Tell whether values of this type are never null."""
        if kind.name == NULLABLE:
            return False
        declared = self.types.get(kind.name)
        return declared is not None and declared.is_value

    def nearest(self, name: str, among: list[str]) -> str:
        """Return a hint that names the closest known name, or nothing."""
        folded = {known.lower(): known for known in among}
        close = get_close_matches(name.lower(), list(folded), 1, 0.6)
        return f"did you mean `{folded[close[0]]}`?" if close else ""

    def names(self, kind: Type) -> list[str]:
        """Return the member names of a type, extension methods included."""
        found = [
            member.name for base in self.lineage(kind) for member in self._members_of(base.name)
        ]
        return [*found, *self.extensions]

    def _members_of(self, name: str) -> list[Declared]:
        declared = self.types.get(name)
        return declared.declared if declared else []

    def lineage(self, kind: Type) -> tuple[Type, ...]:
        """Return a type and everything it derives from, nearest first."""
        known = self._bases.get(kind)
        if known is None:
            found: dict[Type, None] = {}
            level = [kind]
            while level:
                found.update(dict.fromkeys(level))
                level = [base for one in level for base in self._direct(one)]
            found.pop(OBJECT, None)
            known = self._bases[kind] = (*found, OBJECT)
        return known

    def _direct(self, kind: Type) -> list[Type]:
        declared = self.types.get(kind.name)
        if declared is None:
            return []
        values = dict(zip(declared.parameters, kind.args, strict=False))
        return [substitute(read_type(text, self.full_name), values) for text in declared.bases]

    def instance_of(self, kind: Type, name: str) -> Type | None:
        """Return the base of a type that has this name, e.g. IEnumerable<T> of List<T>."""
        if kind.name == name:
            return kind
        return next((base for base in self.lineage(kind) if base.name == name), None)

    def own(self, name: str, member: str) -> list[Candidate]:
        """Return the members of one name that a type itself declares, still generic."""
        table = self._own.setdefault(name, {})
        found = table.get(member)
        if found is None:
            found = table[member] = [
                self._candidate(one) for one in self._members_of(name) if one.name == member
            ]
        return found

    def _candidate(self, member: Declared) -> Candidate:
        constructor = member.kind == "constructor"
        signature = read_signature(member.text, self.full_name, constructor=constructor)
        return Candidate(member, signature)

    def find(self, kind: Type, member: str) -> list[Candidate]:
        """Return the members of one name on a closed type; the nearest base hides the others."""
        key = (kind, member)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._collect(kind, member)
        return found

    def _collect(self, kind: Type, member: str) -> list[Candidate]:
        found: list[Candidate] = []
        for base in self.lineage(kind):
            declared = self.types.get(base.name)
            if declared is None:
                continue
            values = dict(zip(declared.parameters, base.args, strict=False))
            found += [
                Candidate(one.declared, one.signature.substituted(values))
                for one in self.own(base.name, member)
                if not one.declared.extension
            ]
            if found and member in ("constructor", "implicit", "explicit"):
                break
        return found

    def extension_methods(self, name: str) -> list[Candidate]:
        """Return the extension methods of one name."""
        found = self._extension.get(name)
        if found is None:
            found = self._extension[name] = [
                self._candidate(one) for one in self.extensions.get(name, [])
            ]
        return found

    def is_subtype(self, kind: Type, base: Type) -> bool:
        """Tell whether values of `kind` are values of `base` as they are, covariance included."""
        if kind == base or base in (OBJECT, DYNAMIC):
            return True
        if kind == NULL:
            return not self.is_value(base)
        for one in self.lineage(kind):
            if one == base:
                return True
            if one.name == base.name and self._covariant(one, base):
                return True
        return False

    def _covariant(self, kind: Type, base: Type) -> bool:
        declared = self.types.get(base.name)
        if declared is None or (declared.kind != "interface" and base.name != "[]"):
            return False
        return len(kind.args) == len(base.args) and all(
            one == other or (not self.is_value(one) and self.is_subtype(one, other))
            for one, other in zip(kind.args, base.args, strict=True)
        )


def discover() -> Iterator[DotNetType]:
    """Yield the `TYPE` or `TYPES` of every module of the library."""
    for found in pkgutil.iter_modules(library.__path__):
        module = importlib.import_module(f"{library.__name__}.{found.name}")
        if hasattr(module, "TYPE"):
            yield module.TYPE
        yield from getattr(module, "TYPES", ())


@cache
def surface() -> Surface:
    """Return the surface, built on first use."""
    return Surface(list(discover()))


KEYWORD_NAMES = frozenset(KEYWORDS)
