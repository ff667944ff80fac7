"""`named values/<id>/namedValueInformation.json`: values that policies and entities refer to.

A value stands in the file, or `valueFrom` says where to take it from: an environment variable or a
file. References are `{{name}}`; what a value holds is not looked into again (apim.md 7.4).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from headgate.model.entities import NamedValue
from headgate.settings.binding import Properties
from headgate.settings.documents import KIB, Folder, Where, nearest
from headgate.settings.entries import Entry, entries

REFERENCE = re.compile(r"\{\{\s*([A-Za-z0-9._-]+)\s*\}\}")
FILE_MAX = 64 * KIB

Entity = Entry[Any]


class ValueFrom(Properties, frozen=True, kw_only=True):
    """Where a value comes from; one of the two."""

    environment: str | None = None
    file: str | None = None


class NamedValueProperties(Properties, frozen=True, kw_only=True):
    """What Headgate reads of a named value."""

    harmless: ClassVar[frozenset[str]] = frozenset({"tags", "provisioningState"})
    display_name: str | None = None
    value: str | None = None
    secret: bool | None = None
    value_from: ValueFrom | None = None
    key_vault: dict[str, Any] | None = None


class NamedValues:
    """All named values of a folder by name, and the names of those that could not be had."""

    def __init__(self, values: list[NamedValue], broken: frozenset[str]) -> None:
        self.values = tuple(values)
        self._by_name = {value.name: value.value for value in values}
        self._broken = broken

    def fill(self, entry: Entity, text: str, *, where: Where) -> str | None:
        """Return a property with its references replaced.

        None means that one of them has no value, which is reported by now: here where it is
        unknown, at the named value where that is broken.
        """
        missing = False
        for name in REFERENCE.findall(text):
            if name not in self._by_name:
                missing = True
            if name not in self._by_name and name not in self._broken:
                message = f"there is no named value {name!r}"
                hint = nearest(name, self._by_name)
                entry.complain("HG554", message, where=where, hint=hint)
        return None if missing else REFERENCE.sub(lambda match: self._by_name[match[1]], text)


def load_named_values(folder: Folder) -> NamedValues:
    """Read all named values."""
    found: dict[str, NamedValue | None] = {}
    for entry in _entries(folder):
        name = entry.properties.display_name or entry.id
        if name in found:
            message = f"another named value has the name {name!r}"
            entry.complain("HG555", message, where=("displayName",))
            continue
        found[name] = _named_value(entry, name)
    values = [value for value in found.values() if value is not None]
    return NamedValues(values, frozenset(name for name, value in found.items() if value is None))


def _entries(folder: Folder) -> Iterator[Entry[NamedValueProperties]]:
    return entries(
        folder,
        "named values",
        "namedValues",
        file="namedValueInformation.json",
        kind=NamedValueProperties,
    )


def _named_value(entry: Entry[NamedValueProperties], name: str) -> NamedValue | None:
    properties = entry.properties
    value = entry.folder.named_values.get(name)
    if value is None:
        value = _value(entry)
    if value is None:
        return None
    # What comes from outside the folder is secret unless the file says otherwise.
    secret = properties.value_from is not None if properties.secret is None else properties.secret
    return NamedValue(id=entry.id, name=name, value=value, secret=secret)


def _value(entry: Entry[NamedValueProperties]) -> str | None:
    """Return the value, or None after saying why there is none."""
    properties = entry.properties
    source = properties.value_from
    if properties.key_vault is not None and source is None:
        hint = 'use "valueFrom": {"environment": "NAME"} or {"file": "path"}'
        entry.complain("HG553", "keyVault is not read", where=("keyVault",), hint=hint)
        return None
    sources = [properties.value]
    sources += [source.environment, source.file] if source is not None else []
    if sum(text is not None for text in sources) != 1:
        message = "a named value needs one of value, valueFrom.environment and valueFrom.file"
        hint = "Azure does not export secrets: say where to take this one from"
        entry.complain("HG550", message, hint=hint)
        return None
    if source is None:
        return properties.value
    if source.environment is not None:
        return _from_environment(entry, source.environment)
    assert source.file is not None
    return _from_file(entry, source.file)


def _from_environment(entry: Entry[NamedValueProperties], variable: str) -> str | None:
    value = entry.folder.environment.get(variable)
    if not value:
        state = "not set" if value is None else "empty"
        message = f"the environment variable {variable} is {state}"
        hint = f"set {variable} before Headgate starts"
        entry.complain("HG551", message, where=("valueFrom", "environment"), hint=hint)
        return None
    return value


def _from_file(entry: Entry[NamedValueProperties], name: str) -> str | None:
    """Return what a file holds, without the line break at its end.

    The path is relative to the service folder, or absolute: secrets are mounted anywhere.
    """
    path = entry.folder.root / name
    entry.folder.watched.add(path)
    where: Where = ("valueFrom", "file")
    try:
        with path.open("rb") as stream:
            raw = stream.read(FILE_MAX + 1)
        value = raw.decode("utf-8-sig").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        entry.complain("HG552", f"the file {name} cannot be used: {reason}", where=where)
        return None
    if not value or len(raw) > FILE_MAX:
        state = "is empty" if not value else f"is larger than {FILE_MAX} bytes"
        entry.complain("HG552", f"the file {name} {state}", where=where)
        return None
    return value
