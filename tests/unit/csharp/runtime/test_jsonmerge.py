"""Merging."""

from __future__ import annotations

import pytest

from headgate.csharp.runtime.jsonmerge import MergeSettings, merge
from headgate.csharp.runtime.jsonreader import parse
from headgate.csharp.runtime.jsonwriter import compact


@pytest.mark.parametrize(
    ("how", "text"), [(0, "[1,2,2,3]"), (1, "[1,2,3]"), (2, "[2,3]"), (3, "[2,3]")]
)
def test_arrays_merge_as_they_are_told(how: int, text: str) -> None:
    target, settings = parse("[1, 2]"), MergeSettings()
    settings.arrays = how
    merge(target, parse("[2, 3]"), settings)
    assert compact(target) == text


def test_objects_merge_member_by_member_and_null_only_when_told() -> None:
    target = parse('{"a": {"x": 1}, "b": 1}')
    merge(target, parse('{"a": {"y": 2}, "b": null, "c": null}'))
    assert compact(target) == '{"a":{"x":1,"y":2},"b":1,"c":null}'
    settings = MergeSettings()
    settings.nulls = 1
    merge(target, parse('{"b": null}'), settings)
    assert compact(target) == '{"a":{"x":1,"y":2},"b":null,"c":null}'
