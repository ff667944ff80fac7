from __future__ import annotations

from collections.abc import Callable

import pytest

from headgate.model.entities import NamedValue
from headgate.settings.documents import Folder
from headgate.settings.entries import entries
from headgate.settings.named_values import FILE_MAX, load_named_values
from headgate.settings.users import UserProperties

Write = Callable[[dict[str, object]], Folder]


def declared(name: str = "a", **properties: object) -> dict[str, object]:
    return {f"named values/{name}/namedValueInformation.json": {"properties": properties}}


def test_value_stands_in_the_file_and_the_id_names_it(write: Write) -> None:
    folder = write(declared(value="") | declared("b", displayName="B", value="x", secret=True))
    assert load_named_values(folder).values == (
        NamedValue(id="a", name="a", value=""),
        NamedValue(id="b", name="B", value="x", secret=True),
    )


def test_newer_name_of_the_folder_is_read(write: Write) -> None:
    folder = write({"namedValues/a/namedValueInformation.json": {"value": "x"}})
    assert [value.name for value in load_named_values(folder).values] == ["a"]


def test_environment_is_taken_and_secret_unless_said_otherwise(write: Write) -> None:
    source = {"environment": "SET"}
    folder = write(declared(valueFrom=source) | declared("b", valueFrom=source, secret=False))
    first, second = load_named_values(folder).values
    assert (first.value, first.secret) == ("from the environment", True)
    assert second.secret is False


def test_value_that_is_given_needs_no_source_and_is_as_secret_as_the_folder_says(
    write: Write,
) -> None:
    folder = write(declared(valueFrom={"environment": "UNSET"}) | declared("b", value="x"))
    given = Folder(folder.root, {}, named_values={"a": "given"})
    first, second = load_named_values(given).values
    assert (first.value, first.secret, second.value) == ("given", True, "x")
    assert given.diagnostics == []


@pytest.mark.parametrize("variable", ["EMPTY", "UNSET"])
def test_variable_without_content_is_an_error(write: Write, variable: str) -> None:
    folder = write(declared(valueFrom={"environment": variable}))
    assert load_named_values(folder).values == ()
    assert [d.code for d in folder.diagnostics] == ["HG551"]


def test_file_is_taken_without_its_line_break_and_watched(write: Write) -> None:
    folder = write(declared(valueFrom={"file": "secrets/a"}) | {"secrets/a": " x y \r\n"})
    (value,) = load_named_values(folder).values
    assert value.value == " x y "
    assert folder.root / "secrets/a" in folder.watched


def test_file_may_lie_anywhere(write: Write) -> None:
    folder = write({})
    outside = folder.root.parent / "outside.txt"
    outside.write_text("x")
    write(declared(valueFrom={"file": str(outside)}))
    assert [value.value for value in load_named_values(folder).values] == ["x"]


@pytest.mark.parametrize("content", ["", "\n", "x" * (FILE_MAX + 1)])
def test_file_without_usable_content_is_an_error(write: Write, content: str) -> None:
    folder = write(declared(valueFrom={"file": "a.txt"}) | {"a.txt": content})
    assert load_named_values(folder).values == ()
    assert [d.code for d in folder.diagnostics] == ["HG552"]


def test_file_of_other_bytes_is_an_error(write: Write) -> None:
    folder = write(declared(valueFrom={"file": "a.txt"}))
    (folder.root / "a.txt").write_bytes(b"\xff")
    assert load_named_values(folder).values == ()
    assert [d.code for d in folder.diagnostics] == ["HG552"]


@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"valueFrom": {}},
        {"value": "x", "valueFrom": {"environment": "SET"}},
        {"valueFrom": {"environment": "SET", "file": "a"}},
    ],
)
def test_exactly_one_source_is_needed(write: Write, properties: dict[str, object]) -> None:
    folder = write({"named values/a/namedValueInformation.json": {"properties": properties}})
    assert load_named_values(folder).values == ()
    assert [d.code for d in folder.diagnostics] == ["HG550"]


def test_key_vault_beside_another_source_is_passed_over(write: Write) -> None:
    vault = {"secretIdentifier": "https://vault.example"}
    folder = write(declared(keyVault=vault, valueFrom={"environment": "SET"}))
    assert len(load_named_values(folder).values) == 1
    assert folder.diagnostics == []


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("plain", "plain"),
        ("{{a}}-{{ a }}", "1-1"),
        ("{{b}}", "{{a}}"),
        ("{{none}}", None),
        ("{{broken}}", None),
        ("{{a b}}", "{{a b}}"),
    ],
)
def test_references_are_filled_once(write: Write, text: str, filled: str | None) -> None:
    folder = write(
        declared(value="1")
        | declared("b", value="{{a}}")
        | declared("broken", keyVault={"x": 1})
        | {"users/u/userInformation.json": {"note": text}}
    )
    values = load_named_values(folder)
    (user,) = entries(folder, "users", file="userInformation.json", kind=UserProperties)
    assert values.fill(user, text, where=("note",)) == filled
    # What is broken was reported at the named value; only what is unknown is reported here.
    unknown = [d.file for d in folder.diagnostics if d.code == "HG554"]
    assert unknown == (["users/u/userInformation.json"] if text == "{{none}}" else [])


def test_name_belongs_to_the_first(write: Write) -> None:
    folder = write(declared(displayName="n", value="1") | declared("b", displayName="n", value="2"))
    assert [value.value for value in load_named_values(folder).values] == ["1"]
    assert [d.code for d in folder.diagnostics] == ["HG555"]
