from __future__ import annotations

from collections.abc import Callable

from headgate.settings.documents import Folder
from headgate.settings.operations import Operations, load_operations

Write = Callable[[dict[str, object]], Folder]
SPECIFICATION = {
    "openapi": "3.0.1",
    "paths": {"/chat": {"post": {"operationId": "Chat_Create"}}, "/list": {"get": {}}},
}


def load(folder: Folder) -> Operations:
    return load_operations(folder, folder.root / "apis/a")


def test_policy_belongs_to_the_operation_that_its_folder_names(write: Write) -> None:
    folder = write(
        {
            "apis/a/specification.json": SPECIFICATION,
            "apis/a/operations/chat_create/policy.xml": "<one />",
            "apis/a/operations/get-list/policy.xml": "<two />",
        }
    )
    policies = load(folder).policies
    assert {key: source.text for key, source in policies.items()} == {
        "Chat_Create": "<one />",
        "get-list": "<two />",
    }
    assert folder.diagnostics == []


def test_folder_may_hold_the_id_as_azure_normalises_it(write: Write) -> None:
    folder = write(
        {
            "apis/a/specification.json": SPECIFICATION,
            "apis/a/operations/chat-create/policy.xml": "<one />",
        }
    )
    assert list(load(folder).policies) == ["Chat_Create"]


def test_folder_may_declare_an_operation_of_its_own(write: Write) -> None:
    information = {"displayName": "Any", "method": "*", "urlTemplate": "/*"}
    folder = write(
        {
            "apis/a/operations/any/operationInformation.json": information,
            "apis/a/operations/any/policy.xml": "<one />",
        }
    )
    loaded = load(folder)
    assert [(o.id, o.name, o.method) for o in loaded.operations] == [("any", "Any", "*")]
    assert list(loaded.policies) == ["any"]


def test_declaration_replaces_what_the_specification_says(write: Write) -> None:
    information = {"method": "post", "urlTemplate": "/chat?v={v}"}
    folder = write(
        {
            "apis/a/specification.json": SPECIFICATION,
            "apis/a/operations/chat-create/operationInformation.json": information,
        }
    )
    loaded = {operation.id: operation for operation in load(folder).operations}
    assert set(loaded) == {"chat-create", "get-list"}
    assert loaded["chat-create"].url_template == "/chat?v={v}"


def test_broken_declaration_is_reported_once(write: Write) -> None:
    folder = write({"apis/a/operations/any/operationInformation.json": {"method": 1}})
    assert load(folder).operations == ()
    assert [d.code for d in folder.diagnostics] == ["HG511", "HG512"]


def test_folder_that_names_no_operation_is_an_error(write: Write) -> None:
    folder = write({"apis/a/operations/none/policy.xml": "<one />"})
    assert load(folder).policies == {}
    assert [(d.code, d.file) for d in folder.diagnostics] == [("HG525", "apis/a/operations/none")]


def test_template_that_nothing_matches_is_an_error_at_its_place(write: Write) -> None:
    information = {"method": "GET", "urlTemplate": "/{a"}
    folder = write({"apis/a/operations/any/operationInformation.json": information})
    assert load(folder).operations == ()
    assert [(d.code, d.line) for d in folder.diagnostics] == [("HG522", 3)]


def test_two_operations_for_the_same_calls_are_an_error(write: Write) -> None:
    folder = write(
        {
            "apis/a/operations/one/operationInformation.json": {
                "method": "GET",
                "urlTemplate": "/{a}",
            },
            "apis/a/operations/two/operationInformation.json": {
                "method": "get",
                "urlTemplate": "{b}/",
            },
        }
    )
    assert [operation.id for operation in load(folder).operations] == ["one"]
    assert [d.code for d in folder.diagnostics] == ["HG523"]


def test_same_template_with_another_method_is_another_operation(write: Write) -> None:
    folder = write(
        {
            f"apis/a/operations/{method}/operationInformation.json": {
                "method": method,
                "urlTemplate": "/{a}",
            }
            for method in ("GET", "PUT")
        }
    )
    assert len(load(folder).operations) == 2


def test_yaml_goes_before_json(write: Write) -> None:
    folder = write(
        {
            "apis/a/specification.json": SPECIFICATION,
            "apis/a/specification.yaml": "openapi: 3.0.1\npaths:\n  /y:\n    get: {}\n",
        }
    )
    assert [operation.id for operation in load(folder).operations] == ["get-y"]


def test_other_kinds_of_specification_are_refused(write: Write) -> None:
    folder = write({"apis/a/specification.wsdl": "<wsdl />"})
    assert load(folder).operations == ()
    assert [d.code for d in folder.diagnostics] == ["HG524"]


def test_answers_are_those_of_the_declaration_else_of_the_specification(write: Write) -> None:
    representations = [
        {"contentType": "application/json", "examples": {"one": {"value": {"n": 1}}}},
        {"contentType": "text/plain", "sample": "hello"},
    ]
    own = [{"statusCode": 200, "representations": representations}, {"statusCode": 204}]
    specified = {"200": {"description": "Fine."}}
    folder = write(
        {
            "apis/a/specification.json": {
                "openapi": "3.0.1",
                "paths": {
                    "/a": {"get": {"operationId": "a", "responses": specified}},
                    "/b": {"get": {"operationId": "b", "responses": specified}},
                },
            },
            "apis/a/operations/a/operationInformation.json": {
                "method": "GET",
                "urlTemplate": "/a",
                "responses": own,
            },
            "apis/a/operations/b/operationInformation.json": {"method": "GET", "urlTemplate": "/x"},
        }
    )
    loaded = {operation.id: operation.described for operation in load(folder).operations}
    assert folder.diagnostics == []
    declared, inherited = loaded["a"], loaded["b"]
    assert declared is not None
    assert inherited is not None
    assert declared.response(200) == {
        "content": {
            "application/json": {"examples": {"one": {"value": {"n": 1}}}},
            "text/plain": {"example": "hello"},
        }
    }
    assert declared.response(204) == {"content": {}}
    assert inherited.response(200) == specified["200"]
