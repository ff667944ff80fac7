from __future__ import annotations

import os
from pathlib import Path

import pytest

from headgate.model.entities import PolicySource
from headgate.rehearsal.documents import (
    BYTES_MAX,
    Unreadable,
    is_fragment,
    is_policy,
    is_service_folder,
    read,
    walk,
)


def put(path: Path, text: str = "<policies/>") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_xml_files_are_found_in_order_at_any_depth(tmp_path: Path) -> None:
    files = [put(tmp_path / name) for name in ("a.xml", "c/b.XML", "c/d/e.xml")]
    put(tmp_path / "a.txt")
    put(tmp_path / ".hidden/a.xml")
    assert list(walk(tmp_path)) == files


def test_file_is_found_whatever_its_name(tmp_path: Path) -> None:
    path = put(tmp_path / "a.txt")
    assert list(walk(path)) == [path]


def test_service_folder_is_found_as_a_whole(tmp_path: Path) -> None:
    put(tmp_path / "one/headgate.toml", "")
    put(tmp_path / "one/policy.xml")
    put(tmp_path / "two/apis/a/apiInformation.json", "{}")
    put(tmp_path / "three/apis/a/policy.xml")
    found = list(walk(tmp_path))
    assert found == [tmp_path / "one", tmp_path / "three/apis/a/policy.xml", tmp_path / "two"]
    assert is_service_folder(tmp_path / "one")
    assert not is_service_folder(tmp_path / "three")


def test_link_to_a_folder_above_is_not_followed(tmp_path: Path) -> None:
    path = put(tmp_path / "a/b.xml")
    (tmp_path / "a/loop").symlink_to(tmp_path)
    assert list(walk(tmp_path)) == [path]


def test_folder_that_cannot_be_listed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: object) -> None:
        raise PermissionError(13, "Permission denied", str(tmp_path))

    monkeypatch.setattr(os, "scandir", refuse)
    (found,) = walk(tmp_path)
    assert isinstance(found, Unreadable)
    assert found.diagnostic().code == "HG113"
    assert "Permission denied" in found.reason


def unreadable(path: Path) -> str:
    found = read(path)
    assert isinstance(found, Unreadable)
    return found.code


def test_text_is_read_with_or_without_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    for raw in ("é".encode(), "é".encode("utf-8-sig"), "é".encode("utf-16")):
        path.write_bytes(raw)
        assert read(path) == "é"


@pytest.mark.parametrize("raw", [b"\xff\x00\xfe", b"<a>\xe9</a>", b"\xff\xfe\x00"])
def test_bytes_that_are_no_text_are_told(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(raw)
    assert unreadable(path) == "HG113"


def test_size_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(b" " * BYTES_MAX)
    assert read(path) == " " * BYTES_MAX
    path.write_bytes(b" " * (BYTES_MAX + 1))
    assert unreadable(path) == "HG100"


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name in ("pipe", "loop", "nothing"):
        assert unreadable(tmp_path / name) == "HG113"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<policies>", True),
        (' \n<?xml version="1.0"?><!-- a --><!-- b -->\n<fragment a="<', True),
        ("<!DOCTYPE a><policies/>", True),
        ("<project/>", False),
        ("<policiesx/>", False),
        ("<!-- <policies> --><a/>", False),
        ("", False),
    ],
)
def test_policy_is_known_by_its_root(text: str, expected: bool) -> None:
    assert is_policy(text) is expected


def test_long_prologue_is_read_in_one_pass() -> None:
    assert not is_policy("<!-- a -->" * 50_000)
    assert not is_policy("<!-- " * 50_000)


def test_fragment_is_known_by_its_root() -> None:
    assert is_fragment(PolicySource(file="f", text="<fragment/>"))
    assert not is_fragment(PolicySource(file="f", text="<policies/>"))
    assert not is_fragment(PolicySource(file="f", text="text"))
