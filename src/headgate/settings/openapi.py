"""`specification.yaml` or `specification.json`: the operations of an API, from OpenAPI 3.

Read are the paths, their methods, `operationId`, `summary` and which query parameters are required;
the rest of what it says of an operation is kept for policies that ask. Required parameters become
part of the URL template, as they do in APIM's import, so that a call without them matches no
operation. Servers are ignored: an API says itself where it is served.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from headgate.model.entities import Operation
from headgate.model.specification import Described
from headgate.settings.documents import Document, Folder, Where

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
OPERATIONS_MAX = 5_000
"""Operations of one API; Azure's limit of an API is far below."""

_NOT_IN_A_NAME = re.compile(r"[*#&+:<>?/\\]+")
_NOT_IN_A_SLUG = re.compile(r"[^a-z0-9]+")
SLUG_MAX = 76
"""APIM cuts generated names here."""


class Declared(msgspec.Struct, frozen=True):
    """An operation and the place that declares it."""

    operation: Operation
    document: Document
    where: Where


def slug(text: str) -> str:
    """Return a name as APIM generates it: lower case, runs of anything else as one dash."""
    return _NOT_IN_A_SLUG.sub("-", text.lower()).strip("-")[:SLUG_MAX]


def read_operations(folder: Folder, document: Document) -> list[Declared]:
    """Return the operations of a specification; problems are reported."""
    if not _is_openapi_3(folder, document):
        return []
    paths = document.value.get("paths") or {}
    if not isinstance(paths, dict):
        folder.complain("HG511", "paths: expected an object", document=document, where=("paths",))
        return []
    found: list[Declared] = []
    for declared in _operations(folder, document, paths=paths):
        if len(found) == OPERATIONS_MAX:
            message = f"more than {OPERATIONS_MAX} operations"
            folder.complain("HG526", message, document=document, where=declared.where)
            break
        found.append(declared)
    return found


def _is_openapi_3(folder: Folder, document: Document) -> bool:
    value = document.value
    version = value.get("openapi") if isinstance(value, dict) else None
    if str(version).startswith("3."):
        return True
    if isinstance(value, dict) and "swagger" in value:
        message = f"this is OpenAPI {value['swagger']}"
        hint = "convert it to OpenAPI 3, or export it from APIM as OpenAPI 3"
        folder.complain("HG524", message, document=document, where=("swagger",), hint=hint)
    else:
        message = "this is not OpenAPI 3"
        hint = 'it begins with openapi: "3.0.1" or newer'
        folder.complain("HG524", message, document=document, where=("openapi",), hint=hint)
    return False


def _operations(folder: Folder, document: Document, *, paths: dict[str, Any]) -> Iterator[Declared]:
    for path, item in paths.items():
        where: Where = ("paths", path)
        if not isinstance(item, dict):
            message = f"{path}: expected an object"
            folder.complain("HG511", message, document=document, where=where)
            continue
        if "$ref" in item:
            message = f"{path}: a path in another place is not read"
            folder.complain("HG524", message, document=document, where=where)
        for method in METHODS:
            if isinstance(item.get(method), dict):
                yield _operation(document, path, method=method, item=item)


def _operation(document: Document, path: str, *, method: str, item: dict[str, Any]) -> Declared:
    described: dict[str, Any] = item[method]
    stated = _text(described.get("operationId"))
    identifier = _NOT_IN_A_NAME.sub("-", stated) or slug(f"{method}-{path}") or method
    specified = Described(document.value, item=item, operation=described)
    query = _required_query(specified)
    operation = Operation(
        id=identifier,
        name=_text(described.get("summary")) or identifier,
        method=method.upper(),
        url_template=path + query,
        described=specified,
    )
    return Declared(operation, document, ("paths", path, method))


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _required_query(described: Described) -> str:
    """Return the query of the URL template: `?api-version={api-version}`, or an empty string."""
    required: dict[str, bool] = {}
    # What the operation says of a parameter overrides what its path says.
    for parameters in (described.item.get("parameters"), described.operation.get("parameters")):
        for parameter in parameters if isinstance(parameters, list) else ():
            resolved = described.resolved(parameter)
            name = resolved.get("name")
            if resolved.get("in") == "query" and isinstance(name, str):
                required[name] = resolved.get("required") is True
    names = [name for name, needed in required.items() if needed]
    return "?" + "&".join(f"{name}={{{name}}}" for name in names) if names else ""
