from __future__ import annotations

from collections.abc import Callable

from headgate.model.entities import PolicySource
from headgate.settings.documents import Folder
from headgate.settings.policies import load_fragments, load_policy

Write = Callable[[dict[str, object]], Folder]
INFORMATION = "policyFragmentInformation.json"


def test_policy_comes_with_the_file_that_it_stands_in(write: Write) -> None:
    folder = write({"apis/a/policy.xml": "<policies />"})
    expected = PolicySource(file="apis/a/policy.xml", text="<policies />")
    assert load_policy(folder, folder.root / "apis/a") == expected
    assert load_policy(folder, folder.root) is None


def test_fragment_is_its_policy_file_else_its_value(write: Write) -> None:
    folder = write(
        {
            "policy fragments/a/policy.xml": "<fragment />",
            f"policy fragments/a/{INFORMATION}": {"properties": {"description": "d", "value": "x"}},
            f"policyFragments/b/{INFORMATION}": {"properties": {"format": "rawxml", "value": "y"}},
        }
    )
    assert {name: source.text for name, source in load_fragments(folder).items()} == {
        "a": "<fragment />",
        "b": "y",
    }
    assert folder.diagnostics == []


def test_fragment_without_text_is_an_error(write: Write) -> None:
    folder = write({f"policy fragments/a/{INFORMATION}": {}})
    assert load_fragments(folder) == {}
    assert [d.code for d in folder.diagnostics] == ["HG508"]
