"""Source and unit tests mirror each other, path for path."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.house.tree import PACKAGE, Offence, assert_kept, repository_files

UNIT = "tests/unit/"


def twin(path: str) -> str:
    """Return the unit test of a source file, or the source file of a unit test."""
    if path.startswith(PACKAGE):
        inner = PurePosixPath(path.removeprefix(PACKAGE))
        return f"{UNIT}{inner.with_name(f'test_{inner.name}')}"
    inner = PurePosixPath(path.removeprefix(UNIT))
    return f"{PACKAGE}{inner.with_name(inner.name.removeprefix('test_'))}"


def unmatched(files: tuple[str, ...]) -> Iterator[Offence]:
    """Yield source files without their test, unit tests without their source, and strays."""
    present = set(files)
    for path in files:
        name = PurePosixPath(path).name
        if not path.endswith(".py") or not path.startswith((PACKAGE, UNIT)):
            continue
        if path.startswith(UNIT) and not name.startswith("test_"):
            if name != "conftest.py":
                yield Offence(path, 1, "tests/unit holds test_*.py and conftest.py only")
        elif name != "__init__.py" and twin(path) not in present:
            yield Offence(path, 1, f"its twin is missing: write or move {twin(path)}")


def test_every_module_has_its_unit_test_and_no_unit_test_is_orphaned() -> None:
    assert_kept("mirror", unmatched(repository_files()))


def test_both_sides_of_a_missing_twin_are_named() -> None:
    files = (
        "src/headgate/__init__.py",
        "src/headgate/a/b.py",
        "src/headgate/a/c.py",
        "tests/unit/a/support.py",
        "tests/unit/a/test_c.py",
        "tests/unit/a/test_d.py",
    )
    found = {offence.path for offence in unmatched(files)}
    assert found == {"src/headgate/a/b.py", "tests/unit/a/support.py", "tests/unit/a/test_d.py"}
