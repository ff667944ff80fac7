"""The repository as the house tests see it: each Python file read and parsed once."""

from __future__ import annotations

import ast
import fnmatch
import subprocess
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeVar

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "src/headgate/"
ELEMENTS = f"{PACKAGE}policy/elements/"

Node = TypeVar("Node", bound=ast.AST)
Function = ast.FunctionDef | ast.AsyncFunctionDef
Import = ast.Import | ast.ImportFrom


class Offence(NamedTuple):
    """One place that breaks a house rule, and what to do about it."""

    path: str
    line: int
    remedy: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.remedy}"


class Source:
    """One Python file: its text, its tree, and its nodes by type."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.lines = text.splitlines()
        self.tree = ast.parse(text, path)
        self._nodes: dict[type[ast.AST], list[ast.AST]] = defaultdict(list)
        for node in ast.walk(self.tree):
            self._nodes[type(node)].append(node)

    def nodes(self, kind: type[Node]) -> Iterator[Node]:
        """Yield the nodes of exactly this type."""
        return (node for node in self._nodes.get(kind, ()) if isinstance(node, kind))

    def functions(self) -> Iterator[Function]:
        """Yield the functions and methods, nested ones included."""
        yield from self.nodes(ast.FunctionDef)
        yield from self.nodes(ast.AsyncFunctionDef)

    def imports(self) -> Iterator[Import]:
        """Yield the import statements, wherever they stand."""
        yield from self.nodes(ast.Import)
        yield from self.nodes(ast.ImportFrom)

    @property
    def is_product(self) -> bool:
        """Say whether this file is part of the package, not of its tests or tools."""
        return self.path.startswith(PACKAGE)

    @property
    def package(self) -> str:
        """Return the first level below `headgate`: `limits` for `src/headgate/limits/rate.py`."""
        inner = self.path.removeprefix(PACKAGE)
        return inner.split("/")[0] if self.is_product and "/" in inner else ""


@cache
def repository_files() -> tuple[str, ...]:
    """Return every file that git tracks or would track, relative to the root."""
    # A checkout that belongs to another user (a container, CI) may still be listed.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    command += ["--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return tuple(sorted(name for name in listed.split("\0") if name and (ROOT / name).is_file()))


@cache
def sources() -> tuple[Source, ...]:
    """Return all Python files of the repository."""
    return tuple(
        Source(name, (ROOT / name).read_text("utf-8"))
        for name in repository_files()
        if name.endswith(".py")
    )


@cache
def pure_packages() -> frozenset[str]:
    """Return the packages of rows 0-4, read from the layers in pyproject.toml."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    rows: list[str] = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    pure = rows[rows.index("exchange") :]
    return frozenset(name.strip() for row in pure for name in row.split("|"))


class Excuse(NamedTuple):
    """One line of exceptions.toml: a rule that does not bind some paths, and why."""

    rule: str
    path: str
    reason: str

    def covers(self, rule: str, path: str) -> bool:
        """Say whether an offence of this rule at this path is excused."""
        return rule == self.rule and fnmatch.fnmatchcase(path, self.path)


@cache
def excuses() -> tuple[Excuse, ...]:
    """Return the visible list of exceptions."""
    listed = tomllib.loads((ROOT / "tests/house/exceptions.toml").read_text("utf-8"))
    return tuple(Excuse(**entry) for entry in listed.get("exception", ()))


def assert_none(offences: Iterable[object]) -> None:
    """Fail with one line for each offence, and nothing else."""
    lines = [str(offence) for offence in offences]
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


def assert_kept(rule: str, offences: Iterable[Offence]) -> None:
    """Fail with every offence that is not excused, and with every excuse no longer needed."""
    found = list(offences)
    mine = [excuse for excuse in excuses() if excuse.rule == rule]
    broken = sorted(
        offence for offence in found if not any(e.covers(rule, offence.path) for e in mine)
    )
    idle = [e for e in mine if not any(e.covers(rule, offence.path) for offence in found)]
    messages = [str(offence) for offence in broken]
    messages += [f"exceptions.toml: `{rule}` no longer needs {e.path}: delete it" for e in idle]
    assert_none(messages)
