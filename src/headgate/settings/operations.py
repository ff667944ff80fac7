"""`apis/<id>/operations/<id>`: policies of operations, and operations no specification declares."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import msgspec

from headgate.model.entities import Operation, PolicySource
from headgate.model.specification import Described
from headgate.routing.template import TemplateError, parse_template
from headgate.settings.binding import Properties
from headgate.settings.documents import Folder, nearest
from headgate.settings.entries import read_entry
from headgate.settings.openapi import Declared, read_operations, slug
from headgate.settings.policies import load_policy

INFORMATION = "operationInformation.json"
SPECIFICATIONS = ("specification.yaml", "specification.yml", "specification.json")
OTHER_SPECIFICATIONS = (
    "specification.graphql",
    "specification.wadl",
    "specification.wsdl",
    "specification.xml",
)


class OperationProperties(Properties, frozen=True, kw_only=True):
    """What Headgate reads of an operation."""

    harmless: ClassVar[frozenset[str]] = frozenset(
        {"description", "request", "templateParameters", "policies"}
    )
    display_name: str = ""
    method: str
    url_template: str
    responses: tuple[dict[str, Any], ...] = ()


class Operations(msgspec.Struct, frozen=True):
    """The operations of one API and their policies by operation id."""

    operations: tuple[Operation, ...]
    policies: dict[str, PolicySource]


def load_operations(folder: Folder, path: Path) -> Operations:
    """Read the operations of the API in a folder: its specification, then its `operations`."""
    declared = _specified(folder, path)
    policies: dict[str, PolicySource] = {}
    for place in folder.folders(path / "operations"):
        key = _key(place.name, declared)
        own = _declared(folder, place)
        if own is not None:
            specified = declared.pop(key or "", None)
            key = place.name.lower()
            declared[key] = own if specified is None else _completed(own, specified)
        elif key is None:
            if not folder.has(place / INFORMATION):
                _stray(folder, place, declared=declared)
            continue
        source = load_policy(folder, place)
        if source is not None:
            assert key is not None
            policies[declared[key].operation.id] = source
    operations = tuple(found.operation for found in _sound(folder, list(declared.values())))
    return Operations(operations, policies)


def _specified(folder: Folder, path: Path) -> dict[str, Declared]:
    """Return the operations of the specification, by their ids in lower case."""
    for name in OTHER_SPECIFICATIONS:
        if folder.has(path / name):
            message = "only OpenAPI 3 in YAML or JSON is read"
            folder.report("HG524", message, file=folder.name_of(path / name))
    declared: dict[str, Declared] = {}
    documents = (folder.specification(path / name) for name in SPECIFICATIONS)
    document = next((document for document in documents if document is not None), None)
    for found in read_operations(folder, document) if document is not None else ():
        identifier = found.operation.id
        other = declared.setdefault(identifier.lower(), found)
        if other is not found:
            message = f"another operation has the id {other.operation.id!r}"
            folder.complain("HG523", message, document=found.document, where=found.where)
    return declared


def _declared(folder: Folder, place: Path) -> Declared | None:
    """Return the operation that an operationInformation.json declares."""
    entry = read_entry(folder, place, file=INFORMATION, kind=OperationProperties)
    if entry is None:
        return None
    properties = entry.properties
    operation = Operation(
        id=entry.id,
        name=properties.display_name or entry.id,
        method=properties.method.upper(),
        url_template=properties.url_template,
        described=_described(properties.responses) if properties.responses else None,
    )
    return Declared(operation, entry.document, entry.place("urlTemplate"))


def _completed(own: Declared, specified: Declared) -> Declared:
    """Return a declaration, described as in the specification where it says nothing of answers."""
    if own.operation.described is not None:
        return own
    described = specified.operation.described
    operation = msgspec.structs.replace(own.operation, described=described)
    return msgspec.structs.replace(own, operation=operation)


def _described(responses: tuple[dict[str, Any], ...]) -> Described:
    """Return answers that are written as Azure Resource Manager has them as OpenAPI has them.

    Their examples are read; their schemas stand elsewhere.
    """
    found: dict[str, Any] = {}
    for response in responses:
        content: dict[str, Any] = {}
        listed = response.get("representations")
        for one in listed if isinstance(listed, list) else ():
            if isinstance(one, dict):
                media: dict[str, Any] = {"examples": one.get("examples")}
                if isinstance(one.get("sample"), str):
                    media = {"example": one["sample"]}
                content[str(one.get("contentType"))] = media
        found[str(response.get("statusCode"))] = {"content": content}
    return Described({}, item={}, operation={"responses": found})


def _key(name: str, declared: dict[str, Declared]) -> str | None:
    """Return the key of the operation that a folder's name means: its id, or that id as a slug."""
    if name.lower() in declared:
        return name.lower()
    matches = [key for key in declared if slug(key) == slug(name)]
    return matches[0] if len(matches) == 1 else None


def _stray(folder: Folder, place: Path, *, declared: dict[str, Declared]) -> None:
    ids = [found.operation.id for found in declared.values()]
    message = f"the API has no operation {place.name!r}"
    hint = nearest(place.name, ids) or f"declare it in {INFORMATION}"
    folder.report("HG525", message, file=folder.name_of(place), hint=hint)


def _sound(folder: Folder, declared: list[Declared]) -> list[Declared]:
    """Return the operations that can be matched, each by requests that no other one takes."""
    sound = []
    taken: dict[tuple[object, ...], str] = {}
    for found in declared:
        operation = found.operation
        try:
            template = parse_template(operation.url_template)
        except TemplateError as error:
            message = f"the URL template {operation.url_template!r} cannot be matched: {error}"
            folder.complain("HG522", message, document=found.document, where=found.where)
            continue
        other = taken.setdefault((operation.method, *template.shape), operation.id)
        if other != operation.id:
            message = f"{operation.method} {operation.url_template} is also operation {other!r}"
            folder.complain("HG523", message, document=found.document, where=found.where)
            continue
        sound.append(found)
    return sound
