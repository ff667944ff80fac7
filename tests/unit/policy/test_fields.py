from __future__ import annotations

from typing import Any, Literal

import pytest

from headgate.policy.fields import (
    REQUIRED,
    AttributeField,
    ChildField,
    Scalar,
    ScalarOptions,
    attr,
    child,
    children,
    text,
    without_none,
)
from headgate.policy.kinds import Duration
from headgate.policy.plan import Block
from headgate.policy.schema import Part
from headgate.policy.value import Value


def bound(field: Any, annotation: Any) -> Any:
    field.bind("some_key", annotation)
    return field


class Item(Part, name="item"):
    """An item."""


def test_name_is_the_key_with_hyphens_unless_given() -> None:
    assert bound(attr("d"), str).name == "some-key"
    assert bound(attr("d", name="from"), str).name == "from"
    assert bound(text("d"), str).name == "some-key"


def test_value_in_the_annotation_allows_expressions() -> None:
    assert bound(attr("d"), Value[int]).scalar.allows_expression
    assert bound(attr("d", default=None), Value[int] | None).scalar.allows_expression
    assert not bound(attr("d"), int).scalar.allows_expression


def test_field_without_default_is_required() -> None:
    assert bound(attr("d"), int).required
    assert not bound(attr("d", default=3), int).required
    assert bound(attr("d"), int).default is REQUIRED


def test_default_of_a_value_is_wrapped() -> None:
    default = bound(attr("d", default=3), Value[int]).default
    assert isinstance(default, Value)
    assert default.literal == 3
    assert bound(attr("d", default=3), int).default == 3


def test_choices_come_from_type_or_list() -> None:
    assert bound(attr("d"), Literal["a", "b"]).scalar.choices == ("a", "b")
    assert bound(attr("d", one_of=["x"]), str).scalar.choices == ("x",)
    assert bound(attr("d"), bool).scalar.choices == ("true", "false")


@pytest.mark.parametrize(
    ("any_case", "word", "listed"),
    [(False, "x", True), (False, "X", False), (True, "X", True), (True, "y", False)],
)
def test_words_of_a_list(any_case: bool, word: str, listed: bool) -> None:
    field: AttributeField = bound(attr("d", one_of=["x"], any_case=any_case), str)
    assert field.scalar.lists(word) is listed


def test_without_a_list_every_word_is_allowed() -> None:
    assert Scalar(str, {}).lists("anything")


def test_child_takes_name_and_class_from_its_type() -> None:
    field: ChildField = bound(child("d"), Item)
    assert (field.name, field.type, field.many, field.required) == ("item", Item, False, True)
    optional: ChildField = bound(child("d", default=None), Item | None)
    assert not optional.required


def test_children_are_required_by_their_least_number() -> None:
    assert not bound(children("d"), tuple[Item, ...]).required
    assert bound(children("d", at_least=1), tuple[Item, ...]).required


def test_children_may_be_plain_texts() -> None:
    field: ChildField = bound(children("d", name="value", empty=True), tuple[Value[str], ...])
    assert (field.name, field.type) == ("value", None)
    assert field.scalar is not None
    assert field.scalar.may_be_empty


def test_type_that_no_field_can_have_is_refused() -> None:
    with pytest.raises(TypeError):
        bound(attr("d"), Block)


def test_without_none() -> None:
    assert without_none(int | None) is int
    assert without_none(int) is int


def test_bounds_are_told_in_the_unit_that_documents_write() -> None:
    options = ScalarOptions(at_least=0, at_most=1_500_000)
    assert Scalar(Duration, options).written_bounds == (0, 1.5)
    assert Scalar(int, ScalarOptions(at_least=3)).written_bounds == (3, None)
