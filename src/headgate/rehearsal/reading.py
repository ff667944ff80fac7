"""Reads test files: YAML with positions, so that every mistake in one is told by its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import yaml
from msgspec import UNSET, inspect

from headgate.policy.findings import nearest
from headgate.rehearsal.documents import Unreadable, read
from headgate.rehearsal.expectations import Keys, Matches, Range
from headgate.rehearsal.script import Expected, Script
from headgate.settings.yaml_text import YamlError, YamlText, parse_yaml

SUFFIXES = (".test.yaml", ".test.yml")
TESTS = "tests"

PLACE = re.compile(r"(.*) - at `(?:key in )?\$(.*)`$", re.DOTALL)
KEY = re.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")
UNKNOWN = re.compile(r"Object contains unknown field `(.*)`")


class Mistake(msgspec.Struct, frozen=True, kw_only=True):
    """Something wrong with a test file, so that none of its tests is run."""

    file: str
    line: int = 1
    column: int = 1
    message: str
    hint: str = ""

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.file}:{self.line}:{self.column} {self.message}{hint}"


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """One test of a file."""

    file: Path
    name: str
    script: Script
    given: frozenset[str]
    """The keys that stand in the file."""
    text: YamlText
    index: int | None
    """Which of `tests` it is; None: the file is one test."""

    def position(self, path: Keys) -> tuple[int, int]:
        """Return line and column of a part of the test, or of the deepest part around it."""
        return self.text.position(located(self.text, self.index, path=path))

    def expected(self, request: int) -> Expected:
        """Return what is expected of a request."""
        if self.script.expect is not UNSET:
            return self.script.expect[request]
        own = self.script.requests[request].expect
        return Expected() if own is UNSET else own

    def path_of_expected(self, request: int) -> Keys:
        """Return where the expectation of a request stands."""
        in_list = self.script.expect is not UNSET
        return ("expect", request) if in_list else ("requests", request, "expect")


class ScriptLoader(yaml.SafeLoader):
    """YAML with the tags of expectations."""


def matches_of(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Matches:
    """Return what `!matches` stands for. Raises ConstructorError for a wrong expression."""
    pattern = str(loader.construct_scalar(node))
    try:
        re.compile(pattern)
    except re.error as error:
        message = f"`!matches` has a wrong regular expression: {error}"
        raise yaml.constructor.ConstructorError(None, None, message, node.start_mark) from error
    return Matches(pattern)


def range_of(loader: yaml.SafeLoader, node: yaml.SequenceNode) -> Range:
    """Return what `!range` stands for. Raises ConstructorError unless it has two numbers."""
    ends = loader.construct_sequence(node)
    if len(ends) != 2 or not all(isinstance(end, int | float) for end in ends):
        message = "`!range` has two numbers, such as `!range [1, 5]`"
        raise yaml.constructor.ConstructorError(None, None, message, node.start_mark)
    return Range(*ends)


ScriptLoader.add_constructor("!matches", matches_of)
ScriptLoader.add_constructor("!range", range_of)


def find(path: Path) -> Iterator[Path]:
    """Yield the test files at or below a path, in order; a file is one whatever its name."""
    if not path.is_dir():
        yield path
        return
    for file in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
        if file.name.endswith(SUFFIXES) and not hidden and file.is_file():
            yield file


def read_tests(file: Path) -> list[Trial] | Mistake:
    """Return the tests of a file, or what is wrong with it."""
    content = read(file)
    if isinstance(content, Unreadable):
        return Mistake(file=str(file), message=content.reason)
    try:
        # The first reading knows places and bounds, the second numbers and tags.
        text = parse_yaml(content)
        value = yaml.load(content, Loader=ScriptLoader)
    except YamlError as error:
        line, column = error.at
        return Mistake(file=str(file), line=line, column=column, message=str(error))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message = error.problem or str(error)
        return Mistake(file=str(file), line=line, column=column, message=message)
    if not isinstance(value, dict):
        return Mistake(file=str(file), message="A test file holds a mapping.")
    return listed(file, value, text=text)


def listed(file: Path, value: dict[str, Any], *, text: YamlText) -> list[Trial] | Mistake:
    """Return the tests that a file's mapping holds, or the first mistake."""
    if TESTS not in value:
        single = test_of(file, value, text=text, index=None)
        return single if isinstance(single, Mistake) else [single]
    shared = {key: part for key, part in value.items() if key != TESTS}
    tests: list[Trial] = []
    parts = value[TESTS]
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        line, column = text.position((TESTS,))
        message = "`tests` is a list of mappings."
        return Mistake(file=str(file), line=line, column=column, message=message)
    for index, part in enumerate(parts):
        test = test_of(file, combined(shared, part), text=text, index=index)
        if isinstance(test, Mistake):
            return test
        tests.append(test)
    return tests


def combined(shared: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Return what stands beside `tests` with what a test says itself; mappings are joined."""
    both = {**shared, **own}
    for key in shared.keys() & own.keys():
        if isinstance(shared[key], dict) and isinstance(own[key], dict):
            both[key] = {**shared[key], **own[key]}
    return both


def test_of(
    file: Path, value: dict[str, Any], *, text: YamlText, index: int | None
) -> Trial | Mistake:
    """Return one test, or what is wrong with it."""
    try:
        script = msgspec.convert(value, Script)
        check(script)
    except msgspec.ValidationError as error:
        return explained(file, error, text=text, index=index)
    name = script.name or (file.name if index is None else f"test {index + 1}")
    return Trial(
        file=file, name=name, script=script, given=frozenset(value), text=text, index=index
    )


def check(script: Script) -> None:
    """Check what types do not say. Raises ValidationError."""
    if script.expect is UNSET:
        return
    if len(script.expect) != len(script.requests):
        message = f"`expect` has {len(script.expect)} entries for {len(script.requests)} requests"
        raise msgspec.ValidationError(f"{message} - at `$.expect`")
    for index, asked in enumerate(script.requests):
        if asked.expect is not UNSET:
            message = "`expect` stands at the test already"
            raise msgspec.ValidationError(f"{message} - at `$.requests[{index}].expect`")


def explained(
    file: Path, error: msgspec.ValidationError, *, text: YamlText, index: int | None
) -> Mistake:
    """Return a mistake with its place, and for an unknown key the nearest one that is known."""
    found = PLACE.match(str(error))
    message, where = (found[1], found[2]) if found else (str(error), "")
    path: Keys = tuple(
        int(number) if number.isdigit() else name or number for name, number in KEY.findall(where)
    )
    hint = ""
    unknown = UNKNOWN.fullmatch(message)
    if unknown:
        known = known_keys(path)
        message = f"There is no key `{unknown[1]}` here."
        hint = nearest(unknown[1], known, otherwise=f"There are {', '.join(known)}.")()
        path = (*path, unknown[1])
    value: Any = text.value
    if isinstance(value, dict) and index is not None:
        value = combined(value, value[TESTS][index])
    path = next(named(value, path), path)
    line, column = text.position(located(text, index, path=path))
    return Mistake(file=str(file), line=line, column=column, message=message, hint=hint)


def named(value: Any, path: Keys) -> Iterator[Keys]:
    """Yield the paths that are meant where `...` stands for the key of a mapping."""
    if not path:
        yield ()
        return
    inside = dict(enumerate(value)) if isinstance(value, list) else value
    if not isinstance(inside, dict):
        return
    for key in inside if path[0] == "..." else {path[0]} & inside.keys():
        yield from ((key, *rest) for rest in named(inside[key], path[1:]))


def located(text: YamlText, index: int | None, *, path: Keys) -> Keys:
    """Return a path in the whole file: in the test itself, or beside `tests`."""
    if index is None:
        return path
    assert isinstance(text.value, dict)
    own = text.value[TESTS][index]
    return path if path and path[0] not in own and path[0] in text.value else (TESTS, index, *path)


def known_keys(path: Keys) -> list[str]:
    """Return the keys of the mapping at a path of a test."""
    kind: Any = inspect.type_info(Script)
    for step in path:
        kind = structured(kind)
        if isinstance(kind, inspect.StructType):
            fields = {field.encode_name: field.type for field in kind.fields}
            kind = fields.get(str(step))
        elif isinstance(kind, inspect.ListType):
            kind = kind.item_type
        elif isinstance(kind, inspect.DictType):
            kind = kind.value_type
    kind = structured(kind)
    return [field.encode_name for field in kind.fields] if kind is not None else []


def structured(kind: Any) -> Any:
    """Return the part of a union that has an inside."""
    inner = (inspect.StructType, inspect.ListType, inspect.DictType)
    parts = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    return next((part for part in parts if isinstance(part, inner)), None)
