from __future__ import annotations

import pytest

from headgate.model.specification import YamlNumber
from headgate.settings.yaml_text import (
    ALIASES_MAX,
    DEPTH_MAX,
    MERGED_KEYS_MAX,
    YamlError,
    parse_yaml,
)


def test_scalars_are_text_true_false_and_null() -> None:
    text = "a: 3.0\nb: true\nc: ~\nd: 'true'\ne: 2024-02-01\nf:\ng: False\n1: one\n"
    assert parse_yaml(text).value == {
        "a": "3.0",
        "b": True,
        "c": None,
        "d": "true",
        "e": "2024-02-01",
        "f": None,
        "g": False,
        "1": "one",
    }


def test_lists_mappings_and_json_nest() -> None:
    assert parse_yaml('a: [1, {b: [x]}]\nc:\n  - d: e\n  -\n    - "f"\n').value == {
        "a": ["1", {"b": ["x"]}],
        "c": [{"d": "e"}, ["f"]],
    }


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n"])
def test_empty_text_is_null(text: str) -> None:
    assert parse_yaml(text).value is None


def test_positions_are_those_of_keys_and_elements() -> None:
    parsed = parse_yaml("a:\n  b:\n    - x\n    - c: y\nd: {e: f}\n")
    assert parsed.position(("a", "b")) == (2, 3)
    assert parsed.position(("a", "b", 1)) == (4, 7)
    assert parsed.position(("a", "b", 1, "c")) == (4, 7)
    assert parsed.position(("d", "e")) == (5, 5)


def test_position_of_what_is_not_there_is_that_of_what_is_around_it() -> None:
    parsed = parse_yaml("a:\n  b: c\n")
    assert parsed.position(("a", "x", "y")) == (1, 1)
    assert parsed.position(("a", "b", "x")) == (2, 3)
    assert parsed.position(("x",)) == (1, 1)


def test_alias_is_its_anchor_and_merge_fills_what_is_missing() -> None:
    text = "base: &base {a: 1, b: 2}\nuse:\n  <<: *base\n  b: 3\nmany:\n  <<: [*base, {c: 4}]\n"
    parsed = parse_yaml(text)
    assert parsed.value == {
        "base": {"a": "1", "b": "2"},
        "use": {"a": "1", "b": "3"},
        "many": {"a": "1", "b": "2", "c": "4"},
    }
    assert parsed.position(("use", "a")) == (1, 14)
    assert parsed.position(("use", "b")) == (4, 3)


def test_aliases_of_aliases_cost_nothing() -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 50)]
    value = parse_yaml("\n".join(lines)).value
    assert isinstance(value, dict)
    assert value["a49"][0] is value["a48"]


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("a: [1\nb: 2\n", 2, 2, "expected"),
        ("a: b\n\tc: d\n", 2, 1, "tab character"),
        ("a: b\na: c\n", 2, 1, "twice"),
        ("a: *b\n", 1, 4, "anchor"),
        ("a: &a\n  b: *a\n", 2, 6, "anchor"),
        ("? [a]\n: b\n", 1, 3, "a key is text"),
        ("a: &a b\n*a : c\n", 2, 1, "a key is text"),
        ("<<: x\n", 1, 5, "merges mappings"),
        ("a: 1\n---\nb: 2\n", 2, 1, "second document"),
        ("a: 1\nb: \x01\n", 2, 4, "control characters"),
    ],
)
def test_bad_text_is_refused_where_it_is_bad(text: str, line: int, column: int, said: str) -> None:
    with pytest.raises(YamlError, match=said) as caught:
        parse_yaml(text)
    assert caught.value.at == (line, column)


def test_depth_is_bounded_before_the_stack_is() -> None:
    deepest = parse_yaml("[" * DEPTH_MAX + "]" * DEPTH_MAX)
    assert deepest.position((0,) * (DEPTH_MAX - 1)) == (1, DEPTH_MAX)
    with pytest.raises(YamlError, match="deeper") as caught:
        parse_yaml("[" * 100_000)
    assert caught.value.at == (1, DEPTH_MAX + 1)


def test_aliases_are_bounded() -> None:
    parse_yaml("a: &a x\nb: [" + "*a, " * ALIASES_MAX + "]")
    with pytest.raises(YamlError, match="aliases"):
        parse_yaml("a: &a x\nb: [" + "*a, " * (ALIASES_MAX + 1) + "]")


def test_merged_keys_are_bounded() -> None:
    base = "a: &a {" + ", ".join(f"k{n}: v" for n in range(1000)) + "}\n"
    parse_yaml(base + "b: {<<: [" + "*a, " * (MERGED_KEYS_MAX // 1000) + "]}\n")
    with pytest.raises(YamlError, match="merged"):
        parse_yaml(base + "b: {<<: [" + "*a, " * (MERGED_KEYS_MAX // 1000 + 1) + "]}\n")


def test_numbers_are_texts_that_know_it() -> None:
    value = parse_yaml("a: 1.50\nb: '1.50'\nc: 2026-11-23\nd: -x\ne: true").value
    assert value == {"a": "1.50", "b": "1.50", "c": "2026-11-23", "d": "-x", "e": True}
    assert isinstance(value, dict)
    assert isinstance(value["a"], YamlNumber)
    assert not isinstance(value["b"], YamlNumber)
