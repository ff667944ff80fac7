"""From a parsed document to a typed record, with every problem of it reported.

A record is a msgspec struct: its fields are the properties that Headgate knows, their types what
is allowed. Each property is converted on its own, so one that is wrong hides no other. `null`
counts as absent, as it does in Azure Resource Manager.
"""

from __future__ import annotations

import re
from types import UnionType
from typing import Any, ClassVar, TypeVar, Union, get_args, get_origin

import msgspec

from headgate.settings.documents import Document, Folder, Where, nearest

Record = TypeVar("Record", bound=msgspec.Struct)

_PLACE = re.compile(r"(.*?) - at `(?:key in )?\$(.*)`$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]")
_WORDS = {
    "`str`": "text",
    "`int`": "a whole number",
    "`float`": "a number",
    "`decimal`": "a number",
    "`bool`": "true or false",
    "`array`": "a list",
    "`object`": "an object",
    "`null`": "null",
}


class Properties(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The properties of an Azure Resource Manager entity, in an information file.

    `harmless` names those that say nothing about calls: they are passed over in silence. Any other
    property that is not a field gets a warning, because it would do something in Azure.
    """

    harmless: ClassVar[frozenset[str]] = frozenset()


class Settings(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """A table of headgate.toml; an unknown key in it is an error.

    A `lenient` one is made although some of its optional settings are wrong, without those, so that
    whoever checks what settings mean can do so in the same go. The errors stand all the same.
    """

    lenient: ClassVar[bool] = False


def bind(folder: Folder, document: Document, *, kind: type[Record], where: Where) -> Record | None:
    """Return the record at a place of a document, None if what is wrong leaves nothing of it."""
    value = document.value
    for step in where:
        value = value[step]
    return _Binder(folder, document).record(value, kind, where=where)


class _Binder:
    """One document being bound."""

    def __init__(self, folder: Folder, document: Document) -> None:
        self.folder = folder
        self.document = document

    def record(self, value: Any, kind: type[Record], *, where: Where) -> Record | None:
        """Return a record made of an object, None if what is wrong in it leaves nothing of it."""
        if not isinstance(value, dict):
            self._wrong(where, "expected an object")
            return None
        fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
        self._unknown(value, kind, fields=fields, where=where)
        values: dict[str, Any] = {}
        sound = True
        for name, field in fields.items():
            if value.get(name) is None:
                if field.required:
                    self._missing(where, name)
                    sound = False
                continue
            bound = self._value(value[name], field.type, where=(*where, name))
            if bound is _WRONG:
                sound = sound and not field.required and getattr(kind, "lenient", False)
                continue
            values[field.name] = bound
        return kind(**values) if sound else None

    def _value(self, value: Any, kind: Any, *, where: Where) -> Any:
        """Return a value of the wanted type, or `_WRONG`."""
        record = _record_in(kind)
        if record is not None:
            return self.record(value, record, where=where) or _WRONG
        element = _record_in(get_args(kind)[0]) if get_origin(kind) is tuple else None
        if element is not None and isinstance(value, list):
            records = [self.record(v, element, where=(*where, i)) for i, v in enumerate(value)]
            return _WRONG if None in records else tuple(records)
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            match = _PLACE.match(str(error))
            reason, inner = (match[1], match[2]) if match else (str(error), "")
            self._wrong((*where, *_steps(inner)), _worded(reason, kind))
            return _WRONG

    def _wrong(self, where: Where, reason: str) -> None:
        message = f"{dotted(where)}: {reason}" if where else reason
        self.folder.complain("HG511", message, document=self.document, where=where)

    def _missing(self, where: Where, name: str) -> None:
        message = f"{dotted((*where, name))} is missing"
        self.folder.complain("HG512", message, document=self.document, where=where)

    def _unknown(
        self, value: dict[str, Any], kind: type[msgspec.Struct], *, fields: Any, where: Where
    ) -> None:
        harmless = getattr(kind, "harmless", None)
        for name in value:
            if name in fields or (harmless is not None and name in harmless):
                continue
            place = (*where, name)
            hint = nearest(name, fields)
            if harmless is None:
                message = f"{dotted(place)} is not a setting"
                hint = hint or f"known here: {', '.join(sorted(fields))}"
                self.folder.complain(
                    "HG513", message, document=self.document, where=place, hint=hint
                )
            elif value[name] not in (None, [], {}, ""):
                self.folder.complain(
                    "HG510",
                    f"{dotted(place)} has no effect",
                    document=self.document,
                    where=place,
                    hint=hint,
                    severity="warning",
                )


_WRONG = object()


def _record_in(kind: Any) -> type[msgspec.Struct] | None:
    """Return the record of a type that is one, or one or None."""
    if get_origin(kind) in (Union, UnionType):
        kinds = [kind for kind in get_args(kind) if kind is not type(None)]
        kind = kinds[0] if len(kinds) == 1 else None
    if isinstance(kind, type) and issubclass(kind, Properties | Settings):
        return kind
    return None


def _steps(path: str) -> Where:
    """Return msgspec's path as ours; it ends where msgspec does not say which member it was."""
    known = path.partition("[...]")[0]
    return tuple(int(index) if index else name for name, index in _STEP.findall(known))


def _worded(reason: str, kind: Any) -> str:
    """Return msgspec's reason in plain words, with the choices where there are some."""
    choices = [str(choice) for choice in get_args(kind) if isinstance(choice, str)]
    if reason.startswith("Invalid enum value") and choices:
        return f"expected one of {', '.join(choices)}"
    for name, word in _WORDS.items():
        reason = reason.replace(name, word)
    return reason[:1].lower() + reason[1:]


def dotted(where: Where) -> str:
    """Return a path as people write it: `properties.protocols[0]`."""
    text = ""
    for step in where:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.lstrip(".")
