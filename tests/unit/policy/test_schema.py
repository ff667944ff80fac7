from __future__ import annotations

from headgate.model.context import Context
from headgate.policy.constraints import at_least_one
from headgate.policy.fields import attr, block, child, children, computed, text
from headgate.policy.plan import Block
from headgate.policy.schema import Element, Part
from headgate.policy.value import Value, literal_value


class Inner(Part, name="inner"):
    """A part."""

    steps: Block = block("Steps.")
    when: Value[bool] = attr("When.")


class Outer(Element, names=("outer", "other"), sections=("inbound",), once=True):
    """An element.

    More of it.
    """

    constraints = (at_least_one("count", "later"),)

    count: Value[int] | None = attr("Count.", default=None)
    later: Value[str] | None = attr("Later.", default=None, deferred=True)
    inner: tuple[Inner, ...] = children("Inner.")
    single: Inner | None = child("Single.", default=None, name="single")
    body: Value[str] | None = text("Text.", default=None)
    made: int = computed()

    def prepare(self) -> None:
        self.made = 7

    def apply(self, context: Context) -> None:
        """Do nothing."""


def reading(*parts: str) -> Value[str]:
    return Value(lambda _: "", "s", reads=frozenset(parts))


def test_declaration_holds_what_the_class_says() -> None:
    declaration = Outer.declaration
    assert (declaration.name, declaration.names) == ("outer", ("outer", "other"))
    assert (declaration.sections, declaration.once) == (("inbound",), True)
    assert declaration.doc == "An element.\n\nMore of it."
    assert len(declaration.constraints) == 1


def test_fields_come_in_their_order_and_id_last() -> None:
    declaration = Outer.declaration
    assert [field.name for field in declaration.attributes] == ["count", "later", "id"]
    assert [field.name for field in declaration.children] == ["inner", "single"]
    assert declaration.text is not None
    assert declaration.block is None
    assert Inner.declaration.block is not None


def test_part_has_no_id() -> None:
    assert [field.name for field in Inner.declaration.attributes] == ["when"]


def test_instance_has_fields_and_defaults() -> None:
    outer = Outer(count=literal_value(3), inner=())
    assert outer.count is not None
    assert (outer.count.literal, outer.inner, outer.id) == (3, (), None)
    outer.prepare()
    assert outer.made == 7


def test_reads_are_those_of_values_and_parts() -> None:
    inner = Inner(steps=Block(()), when=Value(lambda _: True, "s", reads=frozenset({"b"})))
    outer = Outer(body=reading("a"), inner=(inner,))
    assert outer.reads == {"a", "b"}


def test_reads_of_deferred_values_do_not_count() -> None:
    assert Outer(later=reading("response.body"), inner=()).reads == frozenset()


def test_blocks_of_parts_belong_to_the_element() -> None:
    blocks = [Block(()), Block(())]
    first, second = (Inner(when=literal_value(True), steps=item) for item in blocks)
    assert list(Outer(inner=(first,), single=second).blocks()) == blocks


def test_redeclared_field_replaces_the_inherited_one() -> None:
    class WithId(Element, name="with-id", sections=()):
        """An element whose id is required."""

        id: str = attr("Mine.")

    assert [field.doc for field in WithId.declaration.attributes] == ["Mine."]
