from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from headgate.settings import documents
from headgate.settings.documents import DOCUMENT_MAX, Folder, nearest

Write = Callable[[dict[str, object]], Folder]


def said(folder: Folder) -> list[tuple[str, str, int, int]]:
    return [(d.code, d.file, d.line, d.column) for d in folder.diagnostics]


def test_missing_file_is_nothing_to_complain_about(write: Write) -> None:
    folder = write({})
    assert folder.text(folder.root / "none") is None
    assert folder.folders(folder.root / "none") == []
    assert folder.diagnostics == []


def test_byte_order_mark_is_not_content(write: Write) -> None:
    folder = write({"a.json": '\ufeff{"a": 1}'})
    document = folder.json(folder.root / "a.json")
    assert document is not None
    assert document.value == {"a": 1}


def test_what_is_looked_at_is_watched(write: Write) -> None:
    folder = write({"apis/a/policy.xml": "<policies />"})
    folder.folders(folder.root / "apis")
    folder.text(folder.root / "apis/a/policy.xml")
    folder.text(folder.root / "apis/a/none.xml")
    assert folder.watched == {folder.root / "apis", folder.root / "apis/a/policy.xml"}


def test_text_that_is_not_utf8_is_found_by_line_and_column(write: Write) -> None:
    folder = write({})
    (folder.root / "a.json").write_bytes('{\n "ü": "'.encode() + b"\xff")
    assert folder.json(folder.root / "a.json") is None
    assert said(folder) == [("HG504", "a.json", 2, 8)]


@pytest.mark.parametrize(("extra", "codes"), [(0, []), (1, ["HG502"])])
def test_size_is_bounded(write: Write, extra: int, codes: list[str]) -> None:
    folder = write({"policy.xml": "x" * (DOCUMENT_MAX + extra)})
    folder.text(folder.root / "policy.xml")
    assert [d.code for d in folder.diagnostics] == codes


def test_folder_in_the_place_of_a_file_cannot_be_read(write: Write) -> None:
    folder = write({"policy.xml/a": ""})
    assert folder.text(folder.root / "policy.xml") is None
    assert said(folder) == [("HG501", "policy.xml", 1, 1)]


def test_file_in_the_place_of_a_folder_cannot_be_read(write: Write) -> None:
    folder = write({"apis": ""})
    assert folder.folders(folder.root / "apis") == []
    assert said(folder) == [("HG501", "apis", 1, 1)]


def test_what_the_system_hides_is_told_by_reading_it(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> bool:
        raise PermissionError(13, "Permission denied")

    folder = write({"policy.xml": ""})
    monkeypatch.setattr(Path, "exists", refuse)
    monkeypatch.setattr(Path, "open", refuse)
    assert folder.has(folder.root / "policy.xml")
    assert folder.text(folder.root / "policy.xml") is None
    assert [d.message for d in folder.diagnostics] == ["cannot be read: Permission denied"]


def test_link_inside_the_folder_is_followed(write: Write) -> None:
    folder = write({"..data/policy.xml": "<policies />"})
    (folder.root / "policy.xml").symlink_to(folder.root / "..data/policy.xml")
    assert folder.text(folder.root / "policy.xml") == "<policies />"


@pytest.mark.parametrize("target", ["outside.xml", "outside"])
def test_link_out_of_the_folder_is_not(tmp_path: Path, target: str) -> None:
    (tmp_path / "outside.xml").write_text("secret")
    (tmp_path / "outside").mkdir()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/link").symlink_to(os.path.join("..", target))
    folder = Folder(tmp_path / "folder", {})
    assert folder.text(folder.root / "link") is None
    assert folder.folders(folder.root / "link") == []
    assert [d.code for d in folder.diagnostics] == ["HG503", "HG503"]
    assert folder.watched == set()


def test_link_in_a_circle_cannot_be_read(write: Write) -> None:
    folder = write({})
    (folder.root / "a").symlink_to("a")
    assert folder.text(folder.root / "a") is None
    assert said(folder) == [("HG501", "a", 1, 1)]


def test_root_may_itself_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/policy.xml").write_text("<policies />")
    (tmp_path / "link").symlink_to("real")
    folder = Folder(tmp_path / "link", {})
    assert folder.text(folder.root / "policy.xml") == "<policies />"


def test_ids_that_differ_only_in_case_are_told(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write({"apis/Orders/a": "", "apis/a/a": "", "apis/.git/a": "", "apis/file": ""})
    listed = [*folder.root.joinpath("apis").iterdir(), folder.root / "apis/orders"]
    # Not every file system can hold both, so the second one is only listed.
    monkeypatch.setattr(Path, "iterdir", lambda self: iter(listed))
    monkeypatch.setattr(Path, "is_dir", lambda self: self.name != "file")
    found = folder.folders(folder.root / "apis")
    assert [path.name for path in found] == ["Orders", "a", "orders"]
    assert said(folder) == [("HG520", "apis/orders", 1, 1)]


@pytest.mark.parametrize(("limit", "codes"), [(3, []), (2, ["HG526"])])
def test_number_of_folders_is_bounded(
    write: Write, monkeypatch: pytest.MonkeyPatch, limit: int, codes: list[str]
) -> None:
    monkeypatch.setattr(documents, "ENTITIES_MAX", limit)
    folder = write({"apis/a/x": "", "apis/b/x": "", "apis/c/x": ""})
    assert len(folder.folders(folder.root / "apis")) == (3 if not codes else 0)
    assert [d.code for d in folder.diagnostics] == codes


@pytest.mark.parametrize(
    ("name", "text", "code", "line", "column"),
    [
        ("a.json", '{\n  "a": 1,\n}', "HG505", 2, 9),
        ("a.json", "", "HG505", 1, 1),
        ("a.json", "[" * 2000 + "]" * 2000, "HG505", 1, 1026),
        ("a.yaml", "a:\n  - b\n c", "HG506", 3, 2),
        ("a.toml", "a = 1\nb 2\n", "HG507", 2, 3),
        ("a.toml", "a = [", "HG507", 1, 6),
    ],
)
def test_broken_text_is_told_with_its_place(
    write: Write, name: str, text: str, code: str, line: int, column: int
) -> None:
    folder = write({name: text})
    path = folder.root / name
    readers = {".json": folder.json, ".toml": folder.toml, ".yaml": folder.specification}
    assert readers[path.suffix](path) is None
    assert said(folder) == [(code, name, line, column)]


def test_specification_is_json_or_yaml_by_its_name(write: Write) -> None:
    folder = write({"s.json": {"a": 1}, "s.yaml": "a: 1"})
    values = [folder.specification(folder.root / name) for name in ("s.json", "s.yaml")]
    assert [document.value for document in values if document] == [{"a": 1}, {"a": "1"}]


def test_hint_names_the_nearest_or_nothing() -> None:
    assert nearest("order", ["orders", "users"]) == "did you mean 'orders'?"
    assert nearest("x", ["orders"]) == ""
