from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from headgate.model.entities import Operation
from headgate.settings import openapi
from headgate.settings.documents import Folder
from headgate.settings.openapi import METHODS, SLUG_MAX, read_operations, slug

Write = Callable[[dict[str, object]], Folder]


def read(folder: Folder) -> list[Operation]:
    document = folder.specification(folder.root / "s.json")
    assert document is not None
    found = [declared.operation for declared in read_operations(folder, document)]
    return [msgspec.structs.replace(operation, described=None) for operation in found]


def specification(**paths: object) -> dict[str, object]:
    return {"s.json": {"openapi": "3.1.0", "paths": paths}}


def test_operation_has_the_id_and_summary_of_the_specification(write: Write) -> None:
    item = {"post": {"operationId": "Chat_Create", "summary": "Chat"}, "parameters": []}
    assert read(write(specification(**{"/chat/{id}": item}))) == [
        Operation(id="Chat_Create", name="Chat", method="POST", url_template="/chat/{id}")
    ]


@pytest.mark.parametrize(
    ("path", "described", "identifier"),
    [
        ("/foo/{bar}?buzz={quix}", {}, "get-foo-bar-buzz-quix"),
        ("/", {}, "get"),
        ("/a", {"operationId": " "}, "get-a"),
        ("/a", {"operationId": "a/b:c"}, "a-b-c"),
    ],
)
def test_id_is_made_where_there_is_none(
    write: Write, path: str, described: dict[str, object], identifier: str
) -> None:
    (operation,) = read(write(specification(**{path: {"get": described}})))
    assert (operation.id, operation.name) == (identifier, identifier)


def test_all_methods_are_read_and_nothing_else(write: Write) -> None:
    item: dict[str, object] = {method: {} for method in METHODS}
    folder = write(specification(**{"/a": item | {"summary": "s", "servers": [], "x-own": {}}}))
    assert [operation.method.lower() for operation in read(folder)] == list(METHODS)


def test_required_query_becomes_part_of_the_template(write: Write) -> None:
    query = {"in": "query", "required": True}
    folder = write(
        {
            "s.json": {
                "openapi": "3.0.1",
                "paths": {
                    "/a": {
                        "parameters": [
                            {"$ref": "#/components/parameters/api~1version"},
                            query | {"name": "kept"},
                            query | {"name": "loosened"},
                        ],
                        "get": {
                            "parameters": [
                                {"name": "loosened", "in": "query"},
                                {"name": "header", "in": "header", "required": True},
                                {"$ref": "#/components/none"},
                                {"$ref": "other.yaml#/x"},
                                "rubbish",
                            ]
                        },
                    }
                },
                "components": {"parameters": {"api/version": query | {"name": "api-version"}}},
            }
        }
    )
    (operation,) = read(folder)
    assert operation.url_template == "/a?api-version={api-version}&kept={kept}"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"swagger": "2.0"}, "HG524"),
        ({"openapi": "4.0.0"}, "HG524"),
        ([], "HG524"),
        ({"openapi": "3.0.1", "paths": []}, None),
        ({"openapi": "3.0.1", "paths": [1]}, "HG511"),
        ({"openapi": "3.0.1", "paths": {"/a": 1}}, "HG511"),
        ({"openapi": "3.0.1", "paths": {"/a": {"$ref": "x"}}}, "HG524"),
        ({"openapi": "3.0.1"}, None),
    ],
)
def test_what_is_no_openapi_3_is_refused(write: Write, content: object, code: str | None) -> None:
    folder = write({"s.json": content})
    assert read(folder) == []
    assert [d.code for d in folder.diagnostics] == ([code] if code else [])


@pytest.mark.parametrize(("limit", "codes"), [(2, []), (1, ["HG526"])])
def test_number_of_operations_is_bounded(
    write: Write, monkeypatch: pytest.MonkeyPatch, limit: int, codes: list[str]
) -> None:
    monkeypatch.setattr(openapi, "OPERATIONS_MAX", limit)
    folder = write(specification(**{"/a": {"get": {}, "put": {}}}))
    assert len(read(folder)) == limit
    assert [d.code for d in folder.diagnostics] == codes


def test_slug_is_cut_where_azure_cuts() -> None:
    assert slug("GET-/a//B_c/") == "get-a-b-c"
    assert len(slug("a" * 100)) == SLUG_MAX


def test_what_an_operation_says_is_kept_with_the_place_that_references_lead_to(
    write: Write,
) -> None:
    item = {"get": {"responses": {"200": {"$ref": "#/components/responses/ok"}}}}
    content = specification(**{"/a": item})
    (text,) = content.values()
    assert isinstance(text, dict)
    text["components"] = {"responses": {"ok": {"description": "Fine."}}}
    folder = write(content)
    document = folder.specification(folder.root / "s.json")
    assert document is not None
    (declared,) = read_operations(folder, document)
    described = declared.operation.described
    assert described is not None
    assert described.response(200) == {"description": "Fine."}
    assert described.item == item
