from __future__ import annotations

from collections.abc import Callable

import pytest

from headgate.model.entities import Api, DeclaredUsage
from headgate.settings.apis import Apis, declared_dialect, load_apis
from headgate.settings.documents import Folder
from headgate.settings.named_values import load_named_values

Write = Callable[[dict[str, object]], Folder]
OPERATION = {"method": "*", "urlTemplate": "/*"}


def declared(api_id: str = "a", **properties: object) -> dict[str, object]:
    return {
        f"apis/{api_id}/apiInformation.json": {"properties": {"path": api_id, **properties}},
        f"apis/{api_id}/operations/any/operationInformation.json": OPERATION,
    }


def load(folder: Folder) -> Apis:
    return load_apis(folder, load_named_values(folder))


def only(folder: Folder) -> Api:
    (api,) = load(folder).apis
    return api


def test_all_properties_are_read(write: Write) -> None:
    api = only(
        write(
            declared(
                displayName="A",
                path="/x/y/",
                serviceUrl="https://{{host}}/z",
                protocols=["https"],
                subscriptionRequired=False,
                subscriptionKeyParameterNames={"header": "api-key", "query": "key"},
                acceptBearerKey=True,
                apiRevision="3",
                isCurrent=False,
                description="d",
                type="http",
                authenticationSettings={"oAuth2": None, "openid": None},
            )
            | {"named values/host/namedValueInformation.json": {"value": "h.example"}}
        )
    )
    assert (api.id, api.name, api.path) == ("a", "A", "x/y")
    assert api.service_url == "https://h.example/z"
    assert (api.protocols, api.subscription_required) == (("https",), False)
    assert (api.key_header, api.key_query, api.accept_bearer_key) == ("api-key", "key", True)
    assert (api.revision, api.is_current) == ("3", False)
    assert [operation.id for operation in api.operations] == ["any"]


def test_defaults_are_those_of_azure(write: Write) -> None:
    api = only(write(declared()))
    assert (api.name, api.service_url) == ("a", None)
    assert (api.key_header, api.key_query) == ("Ocp-Apim-Subscription-Key", "subscription-key")
    assert (api.subscription_required, api.accept_bearer_key) == (True, False)


def test_policies_are_kept_by_api_and_operation(write: Write) -> None:
    folder = write(
        declared() | {"apis/a/policy.xml": "<a />", "apis/a/operations/any/policy.xml": "<o />"}
    )
    loaded = load(folder)
    assert {key: source.text for key, source in loaded.policies.items()} == {"a": "<a />"}
    assert {key: source.text for key, source in loaded.operation_policies.items()} == {
        ("a", "any"): "<o />"
    }


@pytest.mark.parametrize(
    ("scheme", "in_path", "codes"),
    [("Segment", True, []), ("Query", False, ["HG510"]), ("Header", False, ["HG510"])],
)
def test_version_set_says_whether_the_version_is_in_the_path(
    write: Write, scheme: str, in_path: bool, codes: list[str]
) -> None:
    folder = write(
        declared(apiVersion="v1", apiVersionSetId="/subscriptions/x/apiVersionSets/SET")
        | {"versionSets/set/versionSetInformation.json": {"versioningScheme": scheme}}
    )
    api = only(folder)
    assert (api.version, api.version_in_path) == ("v1", in_path)
    assert [d.code for d in folder.diagnostics] == codes


def test_version_set_may_stand_in_the_api(write: Write) -> None:
    version_set = {"name": "n", "versioningScheme": "Segment"}
    assert only(write(declared(apiVersion="v1", apiVersionSet=version_set))).version_in_path


def test_version_without_a_set_gets_a_warning(write: Write) -> None:
    folder = write(declared(apiVersion="v1"))
    assert not only(folder).version_in_path
    assert [d.code for d in folder.diagnostics] == ["HG510"]


def test_revisions_and_versions_of_one_path_are_no_conflict(write: Write) -> None:
    version_set = {"versioningScheme": "Segment"}
    folder = write(
        declared("a", path="x")
        | declared("a;rev=2", path="x", isCurrent=False, apiRevision="2")
        | declared("b", path="x", apiVersion="v1", apiVersionSet=version_set)
    )
    assert len(load(folder).apis) == 3
    assert folder.diagnostics == []


def test_two_apis_at_one_path_are_an_error(write: Write) -> None:
    folder = write(declared("a", path="X/y") | declared("b", path="x/Y/"))
    load(folder)
    assert [(d.code, d.file) for d in folder.diagnostics] == [
        ("HG521", "apis/b/apiInformation.json")
    ]


def test_broken_api_still_counts_as_declared_and_its_operations_are_checked(write: Write) -> None:
    folder = write(
        declared(path=1) | {"apis/a/operations/b/operationInformation.json": {"method": "GET"}}
    )
    loaded = load(folder)
    assert (loaded.apis, loaded.ids) == ([], ["a"])
    assert [d.code for d in folder.diagnostics] == ["HG512", "HG511"]


def test_api_whose_service_url_cannot_be_had_is_left_out(write: Write) -> None:
    folder = write(declared(serviceUrl="{{none}}"))
    assert load(folder).apis == []


def test_other_types_of_api_are_refused(write: Write) -> None:
    folder = write(declared(type="graphql"))
    assert load(folder).apis == []
    assert [d.message for d in folder.diagnostics] == ["properties.type: expected one of http"]


def test_where_usage_stands_is_declared_by_paths(write: Write) -> None:
    api = only(write(declared(usagePaths={"input": "meta.in", "output": "meta.out"})))
    assert api.usage_paths == DeclaredUsage(input="meta.in", output="meta.out")
    answer = declared_dialect("a", api.usage_paths).usage(b'{"meta": {"in": 3, "out": 4}}')
    assert answer is not None
    assert answer.total_tokens == 7


@pytest.mark.parametrize(
    ("paths", "codes"),
    [
        ({"input": "a..b", "output": ""}, ["HG511", "HG511"]),
        ({"cached": "a"}, ["HG512"]),
        ({}, ["HG512"]),
    ],
)
def test_paths_that_lead_to_no_usage_are_all_reported(
    write: Write, paths: dict[str, str], codes: list[str]
) -> None:
    folder = write(declared(usagePaths=paths))
    assert only(folder).usage_paths is None
    assert [found.code for found in folder.diagnostics] == codes
    assert all(found.hint for found in folder.diagnostics)
