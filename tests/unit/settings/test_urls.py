from __future__ import annotations

from collections.abc import Callable

import pytest

from headgate.settings.documents import Folder
from headgate.settings.entries import entries
from headgate.settings.named_values import load_named_values
from headgate.settings.urls import service_url
from headgate.settings.users import UserProperties

Write = Callable[[dict[str, object]], Folder]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://a.example/x/", "https://a.example/x/"),
        ("http://{{host}}:8080", "http://secret.example:8080"),
        ("a.example/x", None),
        ("ftp://a.example", None),
        ("https://me:word@a.example", None),
        ("https://a.example:x", None),
        ("https://a.example/?b", None),
        ("https://a.example/#b", None),
        ("{{host}}", None),
    ],
)
def test_url_is_absolute_and_has_no_query(write: Write, text: str, url: str | None) -> None:
    folder = write(
        {
            "named values/host/namedValueInformation.json": {"value": "secret.example"},
            "users/u/userInformation.json": {"note": text},
        }
    )
    values = load_named_values(folder)
    (entry,) = entries(folder, "users", file="userInformation.json", kind=UserProperties)
    assert service_url(entry, text, where=("note",), values=values) == url
    assert [d.code for d in folder.diagnostics] == ([] if url else ["HG560"])
    assert "secret" not in "".join(map(str, folder.diagnostics))
