from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from headgate.settings.documents import Folder
from headgate.settings.folder import load_service
from headgate.settings.gateway import GatewaySettings

Write = Callable[[dict[str, object]], Folder]
ROOT = Path(__file__).parents[3]
API = {"apis/a/apiInformation.json": {"path": "a"}}
OPERATION = {
    "apis/a/operations/any/operationInformation.json": {"method": "*", "urlTemplate": "/*"}
}


def test_global_policy_alone_is_a_service(write: Write) -> None:
    loaded = load_service(write({"policy.xml": "<policies />"}).root)
    assert loaded.service is not None
    assert loaded.service.global_policy is not None
    assert loaded.service.global_policy.text == "<policies />"


@pytest.mark.parametrize(("name", "code"), [("none", "HG500"), ("file", "HG501")])
def test_what_is_no_folder_is_no_service(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "file").write_text("")
    loaded = load_service(tmp_path / name)
    assert loaded.service is None
    assert [d.code for d in loaded.diagnostics] == [code]


def test_one_error_leaves_no_service_but_all_diagnostics_in_order(write: Write) -> None:
    folder = write(
        API
        | OPERATION
        | {
            "headgate.toml": "x = 1",
            "apis/b/apiInformation.json": "{",
            "named values/n/namedValueInformation.json": {},
        }
    )
    loaded = load_service(folder.root)
    assert loaded.service is None
    assert [d.code for d in loaded.diagnostics] == ["HG505", "HG513", "HG550"]


def test_warnings_do_not_keep_a_service_from_being_served(write: Write) -> None:
    loaded = load_service(write(API | {"backend/x": ""}).root)
    assert loaded.service is not None
    assert [d.severity for d in loaded.diagnostics] == ["warning", "warning"]


def test_broken_api_is_not_reported_again_by_those_who_name_it(write: Write) -> None:
    folder = write(
        {
            "apis/a/apiInformation.json": {"path": 1},
            "products/p/productInformation.json": {"state": 1},
            "products/p/apis.json": ["a"],
            "named values/k/namedValueInformation.json": {"value": "k"},
            "subscriptions/s/subscriptionInformation.json": {
                "scope": "/apis/a",
                "primaryKey": "{{k}}",
            },
            "subscriptions/t/subscriptionInformation.json": {
                "scope": "/products/p",
                "state": "cancelled",
            },
        }
    )
    assert [d.code for d in load_service(folder.root).diagnostics] == ["HG511", "HG511"]


def test_folders_of_the_extractors_are_passed_over(write: Write) -> None:
    names = ["tags", "loggers", "gateways", "diagnostics", "schemas", ".github"]
    files: dict[str, object] = {f"{name}/a/x.json": "{" for name in names}
    assert load_service(write(API | OPERATION | files).root).diagnostics == []


def test_process_environment_is_the_default(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADGATE_TEST_VALUE", "x")
    source = {"environment": "HEADGATE_TEST_VALUE"}
    folder = write({"named values/n/namedValueInformation.json": {"valueFrom": source}})
    loaded = load_service(folder.root)
    assert loaded.service is not None
    assert loaded.service.named_values[0].value == "x"


def test_watched_are_the_files_and_folders_that_were_looked_at(write: Write) -> None:
    folder = write(API | OPERATION | {"readme.md": ""})
    watched = {path.relative_to(folder.root) for path in load_service(folder.root).watched}
    assert Path("apis/a/apiInformation.json") in watched
    assert {Path(), Path("apis"), Path("apis/a/operations")} <= watched
    assert Path("readme.md") not in watched


def test_example_is_sound() -> None:
    loaded = load_service(ROOT / "examples/azure-openai", environment={})
    assert loaded.diagnostics == []
    assert loaded.service is not None
    (api,) = loaded.service.apis
    assert api.accept_bearer_key
    assert api.operations[0].url_template == (
        "/deployments/{deployment-id}/chat/completions?api-version={api-version}"
    )
    assert list(loaded.service.operation_policies) == [("azure-openai", "ChatCompletions_Create")]


def documented() -> list[tuple[str, str]]:
    """Return the files that the reference page shows."""
    page = (ROOT / "docs/service-folder.md").read_text("utf-8")
    return re.findall(r"^`([^`\n]+)`:\n\n```\w+\n(.*?)^```$", page, re.M | re.S)


def test_examples_of_the_reference_page_are_one_sound_service(write: Write) -> None:
    folder = write(dict(documented()))
    loaded = load_service(folder.root, environment={"ORDERS_KEY": "k"})
    assert loaded.diagnostics == []
    assert loaded.service is not None
    assert loaded.settings == GatewaySettings()
    assert len(loaded.service.subscriptions) == 1


def test_lists_of_the_reference_page_are_sound(write: Write) -> None:
    page = (ROOT / "docs/service-folder.md").read_text("utf-8")
    texts = [t for t in re.findall(r"^```toml\n(.*?)^```$", page, re.M | re.S) if "[[" in t]
    folder = write({**dict(documented()), "headgate.toml": "\n".join(texts)})
    loaded = load_service(folder.root, environment={"ORDERS_KEY": "k"})
    assert loaded.diagnostics == []
    assert len(loaded.settings.managed_identity) == 4
    assert len(loaded.settings.models) == 1
