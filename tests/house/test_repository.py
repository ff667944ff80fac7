"""What lies in the repository: file names with a noun, and nothing of one machine or registry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

from tests.house.tree import ROOT, Offence, assert_none, repository_files

NAMELESS = re.compile(r"(.*_)?(utils?|helpers?|common|misc|managers?|v\d+)")
# The character classes keep these patterns from matching themselves.
LOCAL_PATH = re.compile(
    r"(?<![\w./:<>-])/(?:[w]ork|[r]oot|[h]ome/[a-z]|[o]pt/[p]ypi|[U]sers/[a-z])[/\w]"
)
REGISTRY = re.compile(
    r"[p]ypi\.org|[p]ythonhosted\.org|[r]egistry\.npmjs|[r]egistry\.yarnpkg|[p]roxy\.golang"
    r"|\"[r]esolved\": \"http|--(?:[e]xtra-)?[i]ndex-url|--[f]ind-links"
)
TEXT_BYTES_MAX = 4_000_000


def nameless(path: str) -> bool:
    """Say whether a file or one of its folders has a name that says nothing."""
    pure = PurePosixPath(path)
    return any(NAMELESS.fullmatch(part) for part in (*pure.parts[:-1], pure.stem))


def foreign(path: str, text: str) -> Iterator[Offence]:
    """Yield the places of a text that name this machine or a package registry."""
    for pattern, remedy in (
        (LOCAL_PATH, "a path of one machine: make it relative"),
        (REGISTRY, "a registry's address: leave the choice to the user's configuration"),
    ):
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            yield Offence(path, line, f"{match[0]!r} is {remedy}")


def test_every_python_file_is_named_after_a_concept() -> None:
    remedy = "name the file after its concept"
    files = (path for path in repository_files() if path.endswith(".py"))
    assert_none(Offence(path, 1, remedy) for path in files if nameless(path))


def test_no_file_names_a_machine_or_a_registry() -> None:
    found: list[str] = []
    for path in repository_files():
        raw = (ROOT / path).read_bytes()
        assert len(raw) <= TEXT_BYTES_MAX or b"\0" in raw, f"{path} is too large to be source"
        if b"\0" not in raw[:8192]:
            found += map(str, foreign(path, raw.decode("utf-8")))
    assert_none(found)


@pytest.mark.parametrize("name", ["utils", "text_helpers", "common", "limiter_v2", "misc"])
def test_name_without_a_noun_is_refused(name: str) -> None:
    assert nameless(f"src/headgate/limits/{name}.py")
    assert nameless(f"src/headgate/{name}/rate.py")


@pytest.mark.parametrize("name", ["rate", "v", "utility_meter", "llm_token_limit", "commons"])
def test_name_with_a_noun_is_accepted(name: str) -> None:
    assert not nameless(f"src/headgate/limits/{name}.py")


def test_machine_paths_and_registries_are_found() -> None:
    text = f"a\n/{'home'}/someone/x and /{'work'}/x\nhttps://{'pypi'}.org/simple\n"
    assert [offence.line for offence in foreign("a.md", text)] == [2, 2, 3]


def test_urls_and_templates_are_not_machine_paths() -> None:
    text = f"https://a.example/{'work'}/1 <rewrite-uri template='/x/{'root'}/'/>"
    assert list(foreign("a.md", text)) == []
