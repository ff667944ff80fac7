"""Every attribute of every element is set, to something other than its default, in some case."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from headgate.policy.elements import discover
from headgate.policy.fields import REQUIRED, AttributeField
from headgate.policy.lexis import is_expression
from headgate.policy.node import Node
from headgate.policy.scanner import scan
from headgate.policy.schema import Declared, Element
from headgate.policy.value import Value

CASES = Path(__file__).parent / "cases"
ELEMENTS = sorted({kind.declaration.name: kind for kind in discover().values()}.items())
SHARED = Element.declaration.fields
"""What every element has, such as `id`; cases of one element are enough for it."""
REFUSED = {
    "set-body template",
    "validate-azure-ad-token/decryption-keys",
    "validate-jwt/decryption-keys",
}
"""What stands in a declaration only so that a document that uses it is refused with a reason."""


def nodes(folder: Path) -> Iterator[Node]:
    """Yield every node of every document in the cases of an element."""
    for file in sorted(folder.glob("*/*.xml")):
        root, found = scan(file.read_text("utf-8"), str(file))
        assert root is not None, found
        stack = [root]
        while stack:
            node = stack.pop()
            stack.extend(node.children)
            yield node


def is_set(field: AttributeField, node: Node) -> bool:
    """Tell whether a node gives an attribute a value that is not its default."""
    given = node.attributes.get(field.name)
    if given is None:
        return False
    text = given.text.value.strip()
    if field.default in (REQUIRED, None) or is_expression(text) or "{{" in text:
        return True
    default = field.default.literal if isinstance(field.default, Value) else field.default
    return bool(field.scalar.kind.literal(text) != default)


def unset(declared: type[Declared], found: list[Node]) -> Iterator[str]:
    """Yield the attributes that none of the nodes sets, those of the parts included."""
    declaration = declared.declaration
    for field in declaration.attributes:
        if field not in SHARED and not any(is_set(field, node) for node in found):
            yield f"{declaration.name} {field.name}"
    for part in declaration.children:
        inner = [child for node in found for child in node.children if child.name == part.name]
        if not inner:
            yield f"{declaration.name}/{part.name}"
        elif part.type is not None and not issubclass(part.type, Element):
            yield from unset(part.type, inner)


@pytest.mark.parametrize(("name", "element"), ELEMENTS)
def test_attributes_occur_in_cases(name: str, element: type[Element]) -> None:
    found = [node for node in nodes(CASES / name) if node.name in element.declaration.names]
    assert [one for one in unset(element, found) if one not in REFUSED] == []
