from __future__ import annotations

import json
from pathlib import Path

import pytest

from headgate.rehearsal.reading import Mistake, Trial, read_tests
from headgate.rehearsal.subject import Obstacle, check, subject_of

POLICY = "<policies><inbound /></policies>"
FILES: dict[str, object] = {
    "headgate.toml": 'admission = "strict"\n',
    "apis/chat/apiInformation.json": {"displayName": "Chat", "path": "chat"},
    "apis/chat/policy.xml": POLICY,
    "named values/place/namedValueInformation.json": {"valueFrom": {"environment": "NOWHERE"}},
    "subscriptions/mine/subscriptionInformation.json": {
        "displayName": "Mine",
        "scope": "/apis",
        "primaryKey": "{{place}}",
    },
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    return tmp_path


def trial(folder: Path, text: str, *, name: str = "a.test.yaml") -> Trial:
    file = folder / name
    file.write_text(text)
    found = read_tests(file)
    assert not isinstance(found, Mistake), str(found)
    return found[0]


VALUES = "named-values: {place: here}\nrequests: []\n"


def test_test_in_a_service_folder_is_about_all_of_it(root: Path) -> None:
    subject = subject_of(trial(root / "apis/chat", VALUES))
    assert (subject.folder, subject.is_folder) == (root, True)
    assert [api.id for api in subject.service.apis] == ["chat"]
    assert subject.service.subscriptions[0].primary_key == "here"
    assert subject.settings.admission == "strict"


def test_settings_of_a_test_go_before_those_of_the_folder(root: Path) -> None:
    subject = subject_of(trial(root, VALUES + "settings: {admission: apim}"))
    assert subject.settings.admission == "apim"


def test_service_that_is_broken_is_told_with_its_files(root: Path) -> None:
    with pytest.raises(Obstacle) as caught:
        subject_of(trial(root, "requests: []"))
    (said,) = caught.value.mistakes
    assert said.startswith(f"{root}/named values/place/namedValueInformation.json:1:")
    assert "NOWHERE" in said


def test_test_that_names_a_document_is_about_it_alone(root: Path) -> None:
    subject = subject_of(trial(root / "apis/chat", "policy: policy.xml\nrequests: []"))
    assert (subject.folder, subject.is_folder) == (root / "apis/chat", False)
    assert subject.settings.admission == "bounded"


@pytest.mark.parametrize(
    ("name", "document"), [("alike.test.yaml", "alike.xml"), ("other.test.yaml", "policy.xml")]
)
def test_document_is_the_one_that_is_named_alike_or_policy(
    tmp_path: Path, name: str, document: str
) -> None:
    for file in ("alike.xml", "policy.xml"):
        (tmp_path / file).write_text(POLICY)
    subject = subject_of(trial(tmp_path, "requests: []", name=name))
    assert subject.service.operation_policies["api", "operation"].file == document


def test_document_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(Obstacle, match="cannot be read"):
        subject_of(trial(tmp_path, "requests: []"))


@pytest.mark.parametrize(
    ("text", "path", "said"),
    [
        ("backends: {}", ("backends",), "`backends` is for tests of one document"),
        ("subscription: min", ("subscription",), r"no subscription `min`. \(Did you mean `mine`"),
        (
            "named-values: {place: x, plaec: y}",
            ("named-values", "plaec"),
            r"no named value `plaec`. \(Did you mean `place`",
        ),
    ],
)
def test_name_that_the_service_does_not_have_is_told(
    root: Path, text: str, *, path: tuple[str, ...], said: str
) -> None:
    subject = subject_of(trial(root, VALUES))
    values = "" if "named-values" in text else "named-values: {place: here}\n"
    with pytest.raises(Obstacle, match=said) as caught:
        check(trial(root, f"{values}requests: [{{}}]\n{text}"), subject)
    assert caught.value.path == path


def test_subscription_of_one_request_is_told_there(root: Path) -> None:
    wrong = trial(root, "named-values: {place: x}\nrequests: [{}, {subscription: other}]")
    with pytest.raises(Obstacle) as caught:
        check(wrong, subject_of(wrong))
    assert caught.value.path == ("requests", 1, "subscription")
