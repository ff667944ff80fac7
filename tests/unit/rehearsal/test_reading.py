from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import UNSET

from headgate.rehearsal.expectations import Matches, Range
from headgate.rehearsal.reading import Mistake, Trial, find, read_tests


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "a.test.yaml"
    file.write_text(text, "utf-8")
    return file


def trials(tmp_path: Path, text: str) -> list[Trial]:
    found = read_tests(written(tmp_path, text))
    assert not isinstance(found, Mistake), str(found)
    return found


def mistake(tmp_path: Path, text: str) -> str:
    found = read_tests(written(tmp_path, text))
    assert isinstance(found, Mistake)
    return str(found).removeprefix(f"{tmp_path}/")


def test_files_are_found_by_their_names_and_given_ones_are_taken(tmp_path: Path) -> None:
    for name in ("b/x.test.yml", "a.test.yaml", "a.yaml", ".git/x.test.yaml", "b/test.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = [file.relative_to(tmp_path).as_posix() for file in find(tmp_path)]
    assert found == ["a.test.yaml", "b/x.test.yml"]
    assert list(find(tmp_path / "a.yaml")) == [tmp_path / "a.yaml"]


def test_file_without_tests_is_one_test(tmp_path: Path) -> None:
    (trial,) = trials(tmp_path, "requests: [{path: /x}]\nabout: it\n")
    assert (trial.name, trial.script.about) == ("a.test.yaml", "it")
    assert trial.given == {"requests", "about"}


SHARED = """\
variables: {a: 1, b: 2}
requests: [{path: /x}]
tests:
  - name: one
    variables: {b: 3}
  - requests: [{path: /y}]
"""


def test_what_stands_beside_the_tests_holds_for_each(tmp_path: Path) -> None:
    one, other = trials(tmp_path, SHARED)
    assert (one.name, other.name) == ("one", "test 2")
    assert one.script.variables == {"a": 1, "b": 3}
    assert one.script.requests[0].path == "/x"
    assert other.script.variables == {"a": 1, "b": 2}
    assert other.script.requests[0].path == "/y"


def test_positions_are_those_of_the_test_or_of_what_it_shares(tmp_path: Path) -> None:
    one, other = trials(tmp_path, SHARED)
    assert one.position(()) == (4, 5)
    assert one.position(("requests", 0, "path")) == (2, 13)
    assert one.position(("variables", "b")) == (5, 17)
    assert other.position(("requests", 0, "path", "deeper")) == (6, 17)


def test_expectations_stand_in_requests_or_in_a_list(tmp_path: Path) -> None:
    text = "requests: [{expect: {status: 200}}, {}]\n"
    (trial,) = trials(tmp_path, text)
    assert trial.expected(0).status == 200
    assert trial.expected(1).status is UNSET
    assert trial.path_of_expected(0) == ("requests", 0, "expect")
    (trial,) = trials(tmp_path, "requests: [{}]\nexpect: [{status: 404}]\n")
    assert trial.expected(0).status == 404
    assert trial.path_of_expected(0) == ("expect", 0)


def test_tags_stand_for_many_values(tmp_path: Path) -> None:
    text = "requests: [{expect: {status: !range [200, 299], headers: {a: !matches '^x'}}}]"
    (trial,) = trials(tmp_path, text)
    assert trial.expected(0).status == Range(200, 299)
    assert trial.expected(0).headers == {"a": Matches("^x")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "1:1 A test file holds a mapping."),
        ("a: [}", "1:5 did not find expected node content"),
        ("requests: []\nrequests: []", "2:1 the key 'requests' appears twice"),
        ("tests: 1", "1:1 `tests` is a list of mappings."),
        ("tests: [1]", "1:1 `tests` is a list of mappings."),
        (
            "requests: [{pth: /x}]",
            "1:13 There is no key `pth` here. (Did you mean `path`?)",
        ),
        (
            "requests:\n  - path: /x\n    expect: {headres: {}}",
            "3:14 There is no key `headres` here. (Did you mean `headers`?)",
        ),
        (
            "requests: []\nbackends: {b: {uri: http://x}}",
            "2:16 There is no key `uri` here. (Did you mean `url`?)",
        ),
        (
            "requests: []\nvariabels: {}",
            "2:1 There is no key `variabels` here. (Did you mean `variables`?)",
        ),
        ("requests: [{at: soon}]", "1:13 Expected `float`, got `str`"),
        ("requests: [{at: -1}]", "1:13 Expected `float` >= 0.0"),
        ("requests: [{times: 0}]", "1:13 Expected `int` >= 1"),
        ("about: x", "1:1 Object missing required field `requests`"),
        ("requests: [{}]\nexpect: []", "2:1 `expect` has 0 entries for 1 requests"),
        (
            "requests: [{expect: {}}]\nexpect: [{}]",
            "1:13 `expect` stands at the test already",
        ),
        ("a: !range [1]", "1:4 `!range` has two numbers, such as `!range [1, 5]`"),
        ("a: !unknown x", "1:4 could not determine a constructor for the tag '!unknown'"),
    ],
)
def test_mistake_has_its_place_and_a_hint(tmp_path: Path, text: str, said: str) -> None:
    assert mistake(tmp_path, text) == f"a.test.yaml:{said}"


def test_wrong_expression_is_told_where_it_stands(tmp_path: Path) -> None:
    said = mistake(tmp_path, "requests:\n  - expect: {body: !matches '['}")
    assert said.startswith("a.test.yaml:2:20 `!matches` has a wrong regular expression")


def test_key_unlike_all_others_is_told_which_there_are(tmp_path: Path) -> None:
    said = mistake(tmp_path, "requests: []\nopenid: {u: {zzz: 1}}")
    assert said == "a.test.yaml:2:14 There is no key `zzz` here. (There are issuer, keys, rotated.)"


def test_mistake_in_one_of_several_tests_is_found_there(tmp_path: Path) -> None:
    said = mistake(tmp_path, "tests:\n  - requests: []\n  - requests: []\n    nam: x")
    assert said == "a.test.yaml:4:5 There is no key `nam` here. (Did you mean `name`?)"


def test_file_that_cannot_be_read_is_a_mistake(tmp_path: Path) -> None:
    found = read_tests(tmp_path / "gone.yaml")
    assert isinstance(found, Mistake)
    assert "cannot be read" in found.message
