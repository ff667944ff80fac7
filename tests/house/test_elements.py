"""A policy element has one name: of its file, its test, its docs page and its cases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.house.tree import ELEMENTS, Offence, assert_kept, repository_files

CASES = "tests/conformance/cases"


def missing(files: tuple[str, ...]) -> Iterator[Offence]:
    """Yield what an element file lacks. Files with a leading underscore hold no element."""
    present = set(files)
    with_cases = {
        path.removeprefix(f"{CASES}/").split("/")[0]
        for path in files
        if path.startswith(f"{CASES}/") and path.endswith("/policy.xml")
    }
    for path in files:
        stem = PurePosixPath(path).stem
        if not path.startswith(ELEMENTS) or not path.endswith(".py") or stem.startswith("_"):
            continue
        element = stem.replace("_", "-")
        if f"docs/policies/{element}.md" not in present:
            yield Offence(path, 1, f"its page is missing: generate docs/policies/{element}.md")
        if f"tests/unit/policy/elements/test_{stem}.py" not in present:
            yield Offence(path, 1, f"write tests/unit/policy/elements/test_{stem}.py")
        if element not in with_cases:
            remedy = f"no conformance case: write {CASES}/{element}/<case>/policy.xml"
            yield Offence(path, 1, remedy)


def test_every_element_has_its_test_its_page_and_a_case() -> None:
    assert_kept("element", missing(repository_files()))


def test_each_missing_part_is_named() -> None:
    files = (
        f"{CASES}/set-header/append/policy.xml",
        "docs/policies/set-header.md",
        "src/headgate/policy/elements/__init__.py",
        "src/headgate/policy/elements/choose.py",
        "src/headgate/policy/elements/set_header.py",
        "tests/unit/policy/elements/test_set_header.py",
    )
    assert [PurePosixPath(offence.path).stem for offence in missing(files)] == ["choose"] * 3
