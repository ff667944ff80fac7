"""What every element refuses, made from its declaration and its example.

One test per field and way of being wrong; an element gets them by being in the registry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from headgate.model.diagnostic import Diagnostic
from headgate.model.entities import PolicySource
from headgate.policy.compile import compile_document
from headgate.policy.elements import discover
from headgate.policy.fields import AttributeField, Scalar
from headgate.policy.node import Attribute, Node, escape, write
from headgate.policy.reference import documented
from headgate.policy.scanner import scan
from headgate.policy.schema import SECTIONS, Declaration, Element
from headgate.policy.surroundings import Surroundings
from headgate.policy.text import Source, Text

REGISTRY = discover()
ELEMENTS = documented(REGISTRY)
FRAGMENT = PolicySource(file="fragment", text="<fragment />")


def compiled(xml: str, section: str) -> list[Diagnostic]:
    text = f"<policies><{section}>{xml}</{section}></policies>"
    surroundings = Surroundings(registry=REGISTRY, fragments={"shared-headers": FRAGMENT})
    source = PolicySource(file="f", text=text)
    return compile_document(source, scope="api", surroundings=surroundings)[1]


def example(element: type[Element]) -> Node:
    root, found = scan(element.example, "example")
    assert root is not None, found
    return root


@pytest.mark.parametrize("element", ELEMENTS, ids=lambda element: element.declaration.name)
def test_example_compiles_in_every_section_of_the_element(element: type[Element]) -> None:
    for section in element.declaration.sections:
        assert compiled(element.example, section) == []


class Negative(NamedTuple):
    """One way of being wrong: the code it has to give, and the change that makes an example so."""

    element: type[Element]
    what: str
    code: str
    section: str
    change: Callable[[Node], None]

    def __str__(self) -> str:
        return f"{self.element.declaration.name}-{self.what}"


def put(name: str, value: str) -> Callable[[Node], None]:
    def change(node: Node) -> None:
        text = Text(value, Source("f", ""), pieces=[(0, 0)])
        node.attributes[name] = Attribute(name, 0, text=text)

    return change


def take(name: str) -> Callable[[Node], None]:
    def change(node: Node) -> None:
        node.attributes.pop(name)

    return change


def put_child(name: str) -> Callable[[Node], None]:
    return lambda node: node.children.insert(0, Node(name, Source("f", ""), start=0))


def put_text(node: Node) -> None:
    node.text = Text("stray", Source("f", ""), pieces=[(0, 0)])


def of_attribute(field: AttributeField) -> Iterator[tuple[str, str, Callable[[Node], None]]]:
    """Yield the ways in which one attribute can be wrong."""
    scalar: Scalar = field.scalar
    name = field.name
    if field.required:
        yield f"{name}-missing", "HG142", take(name)
    if not scalar.may_be_empty:
        yield f"{name}-empty", "HG155", put(name, " ")
    if scalar.kind.wrong:
        code = "HG145" if scalar.kind.name == "choice" else "HG143"
        yield f"{name}-mistyped", code, put(name, scalar.kind.wrong)
    elif scalar.choices:
        yield f"{name}-unknown-word", "HG145", put(name, "no-such-word")
    at_least, at_most = scalar.written_bounds
    # A duration below zero is no duration at all.
    if at_least is not None and (at_least > 0 or scalar.kind.name != "duration"):
        yield f"{name}-too-small", "HG144", put(name, str(at_least - 1))
    if at_most is not None:
        yield f"{name}-too-large", "HG144", put(name, str(at_most + 1))
    if not scalar.allows_expression:
        yield f"{name}-expression", "HG146", put(name, "@(1)")
    if scalar.allows_expression:
        yield f"{name}-broken-expression", "HG206", put(name, "@(nothingOfThisName)")


def of_element(element: type[Element]) -> Iterator[Negative]:
    """Yield the ways in which one element can be wrong."""
    declaration: Declaration = element.declaration
    section = declaration.sections[0]
    for field in declaration.attributes:
        for what, code, change in of_attribute(field):
            yield Negative(element, what, code, section, change)
    yield Negative(element, "unknown-attribute", "HG141", section, put("no-such", "x"))
    if declaration.text is None:
        yield Negative(element, "text", "HG148", section, put_text)
    if not (declaration.text is not None and declaration.text.options.get("markup")):
        is_open = declaration.block is not None and not declaration.block.only
        code = "HG140" if is_open else "HG151"
        yield Negative(element, "unknown-child", code, section, put_child("no-such"))
    for field_of_child in declaration.children:
        if field_of_child.required:
            name = field_of_child.name

            def without(node: Node, name: str = name) -> None:
                node.children = [child for child in node.children if child.name != name]

            yield Negative(element, f"without-{name}", "HG149", section, without)
    for other in SECTIONS:
        if other not in declaration.sections:
            yield Negative(element, f"in-{other}", "HG147", other, lambda node: None)


NEGATIVES = [negative for element in ELEMENTS for negative in of_element(element)]


@pytest.mark.parametrize("negative", NEGATIVES, ids=str)
def test_wrong_element_is_refused_with_code_and_place(negative: Negative) -> None:
    node = example(negative.element)
    negative.change(node)
    found = compiled(write(node), negative.section)
    assert negative.code in [diagnostic.code for diagnostic in found]
    assert all(diagnostic.line >= 1 and diagnostic.message for diagnostic in found)


@pytest.mark.parametrize("element", ELEMENTS, ids=lambda element: element.declaration.name)
def test_unknown_sibling_is_refused(element: type[Element]) -> None:
    section = element.declaration.sections[0]
    codes = [found.code for found in compiled(element.example + "<no-such />", section)]
    assert codes == ["HG140"]


@pytest.mark.parametrize("element", ELEMENTS, ids=lambda element: element.declaration.name)
def test_second_of_its_kind_is_refused_where_only_one_may_stand(element: type[Element]) -> None:
    section = element.declaration.sections[0]
    codes = [found.code for found in compiled(element.example * 2, section)]
    is_single = element.declaration.once
    expected = ["HG125"] if element.declaration.name == "base" else ["HG154"] * is_single
    assert codes == expected


@pytest.mark.parametrize("element", ELEMENTS, ids=lambda element: element.declaration.name)
def test_every_field_and_element_is_described_in_sentences(element: type[Element]) -> None:
    declaration = element.declaration
    assert declaration.doc.partition("\n")[0].endswith((".", ":"))
    assert [field.key for field in declaration.fields if field.doc and field.doc[-1] != "."] == []
    assert escape(element.example)
