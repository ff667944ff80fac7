from __future__ import annotations

from collections.abc import Callable

import pytest

from headgate.settings.documents import Folder
from headgate.settings.entries import entries, places
from headgate.settings.users import UserProperties

Write = Callable[[dict[str, object]], Folder]
FILE = "userInformation.json"


@pytest.mark.parametrize("content", [{"properties": {"email": "a"}}, {"email": "a"}])
def test_envelope_may_be_left_out(write: Write, content: object) -> None:
    (entry,) = entries(write({f"users/A/{FILE}": content}), "users", file=FILE, kind=UserProperties)
    assert (entry.id, entry.properties.email) == ("A", "a")


def test_broken_entries_are_left_out_and_the_others_kept(write: Write) -> None:
    folder = write({f"users/a/{FILE}": {"email": 1}, f"users/b/{FILE}": {}, f"users/c/{FILE}": "{"})
    found = entries(folder, "users", file=FILE, kind=UserProperties)
    assert [entry.id for entry in found] == ["b"]
    assert [d.code for d in folder.diagnostics] == ["HG511", "HG505"]


def test_folder_may_have_either_of_its_names(write: Write) -> None:
    folder = write({f"users/a/{FILE}": {}, f"Users2/b/{FILE}": {}})
    found = entries(folder, "users", "Users2", file=FILE, kind=UserProperties)
    assert [entry.id for entry in found] == ["a", "b"]


def test_folder_without_its_file_is_reported(write: Write) -> None:
    folder = write({"users/a/other.json": {}})
    assert list(places(folder, "users", file=FILE, missing="HG531")) == []
    assert [(d.code, d.file) for d in folder.diagnostics] == [("HG531", "users/a")]


def test_complaint_stands_at_the_property(write: Write) -> None:
    folder = write({f"users/a/{FILE}": {"properties": {"email": "a"}}})
    (entry,) = entries(folder, "users", file=FILE, kind=UserProperties)
    assert entry.place("email") == ("properties", "email")
    entry.complain("HG511", "bad", where=("email",))
    assert [(d.line, d.column) for d in folder.diagnostics] == [(3, 5)]
