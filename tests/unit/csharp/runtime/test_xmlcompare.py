from __future__ import annotations

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime.xmlcompare import Equality, deep_equals, order, path_of, same_leaf
from headgate.csharp.runtime.xmllinq import parse_element
from headgate.csharp.runtime.xmltree import Text, children


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("<a/>", "<a/>", True),
        ("<a x='1' y='2'/>", "<a y='2' x='1'/>", False),
        ("<a>b</a>", "<a>b</a>", True),
        ("<a>b</a>", "<a>c</a>", False),
        ("<a><b/></a>", "<a><b/><b/></a>", False),
    ],
)
def test_trees_are_compared_in_depth(one: str, other: str, equal: bool) -> None:
    first, second = parse_element(one), parse_element(other)
    assert deep_equals(first, second) is equal
    if equal:
        assert Equality().hash_of(first) == Equality().hash_of(second)


def test_null_is_equal_to_null_only() -> None:
    assert deep_equals(None, None)
    assert not deep_equals(None, parse_element("<a/>"))


def test_leaves_are_compared_by_kind_and_value() -> None:
    assert same_leaf(Text("a"), Text("a"))
    assert not same_leaf(Text("a"), Text("b"))


def test_nodes_are_ordered_as_they_stand() -> None:
    root = parse_element("<a><b/><c/></a>")
    first, second = children(root)
    assert order(first, second) < 0 < order(second, first)
    assert order(root, first) < 0
    assert path_of(second) == [1]


def test_nodes_of_two_trees_have_no_order() -> None:
    with pytest.raises(DotNetError) as caught:
        order(parse_element("<a/>"), parse_element("<a/>"))
    assert caught.value.type_name == "System.InvalidOperationException"
