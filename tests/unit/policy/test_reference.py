from __future__ import annotations

import msgspec
import pytest

from docs.generate import DOCS, generated
from headgate.model.context import Context
from headgate.policy import reference
from headgate.policy.constraints import at_most_one
from headgate.policy.fields import attr, block, child, children, text
from headgate.policy.plan import Block
from headgate.policy.schema import Element, Part
from headgate.policy.value import Value

FILES = generated()


@pytest.mark.parametrize("path", FILES)
def test_generated_file_is_up_to_date(path: str) -> None:
    written = DOCS / path
    assert written.exists(), f"run docs/generate.py: {path} is missing"
    assert written.read_text("utf-8") == FILES[path], f"run docs/generate.py: {path} is stale"


def test_no_page_is_left_of_an_element_that_is_gone() -> None:
    pages = {f"policies/{path.name}" for path in (DOCS / "policies").iterdir()}
    assert pages <= set(FILES)


class Deep(Part, name="deep"):
    """A part."""

    steps: Block = block("Runs.", only=("a", "b"))


class Marked(Element, name="marked", sections=("inbound",)):
    """Marked."""

    example = "<marked />"
    content: Value[str] = text("Says.")


class Sample(Element, names=("sample", "specimen"), sections=("inbound",), once=True):
    """Does a thing.

    At length | with a bar.
    """

    example = "<sample />"
    constraints = (at_most_one("size", "flag"),)

    size: Value[int] = attr("Size.", at_least=1, at_most=9, default=5, formerly=("width",))
    flag: bool = attr("A | flag.", default=False)
    where: str = attr("Where.", refers="backend", example="x")
    deep: tuple[Deep, ...] = children("Deep ones.", at_least=1)
    mark: Marked | None = child("A mark.", default=None)
    names: tuple[str, ...] = children("Names.", name="name")

    def apply(self, context: Context) -> None:
        """Do nothing."""


PAGE = reference.page(Sample)


@pytest.mark.parametrize(
    "line",
    [
        "# sample",
        "Also called `specimen`.",
        "Sections: inbound.",
        "It may stand only once among its siblings.",
        "| `size` | integer, at least 1, at most 9 | yes | `5` | Size. |",
        "| `flag` | `true`, `false` | no | `false` | A \\| flag. |",
        "| `where` | string | no | required | Where. |",
        "| `deep` | one or more | Deep ones. |",
        "| [`marked`](marked.md) | at most one | A mark. |",
        "| `name` | any number | Names. |",
        "At most one of `size`, `flag` may be given.",
        "## Content of `deep`",
        "| `a`, `b` | any number | Runs. |",
    ],
)
def test_page_tells_what_the_class_declares(line: str) -> None:
    assert line in PAGE.splitlines()


def test_page_tells_of_text() -> None:
    assert "| text or expression | required | Says. |" in reference.page(Marked)


def test_schema_is_json_with_every_property() -> None:
    registry: dict[str, type[Element]] = {"sample": Sample}
    schema = msgspec.json.decode(msgspec.json.encode(reference.schema(registry)))
    sample = next(item for item in schema["elements"] if "sample" in item["names"])
    size, _, where = sample["attributes"][:3]
    assert size == {
        "name": "size",
        "doc": "Size.",
        "required": False,
        "type": "integer",
        "expression": True,
        "at_least": 1,
        "at_most": 9,
        "default": "5",
        "formerly": ["width"],
    }
    assert (where["refers"], where["example"]) == ("backend", "x")
    deep, mark, name = sample["children"]
    assert deep["block"] == {"doc": "Runs.", "only": ["a", "b"]}
    assert mark["element"] == "marked"
    assert name["text"]["type"] == "string"


def test_compatibility_names_missing_attributes() -> None:
    class SetStatus(Element, name="set-status", sections=("outbound",)):
        """Half of it."""

        code: int = attr("Code.")

    table = reference.compatibility({"set-status": SetStatus})
    assert "| [`set-status`](policies/set-status.md) | partly | `reason` |" in table
    assert "| `choose` | not yet | – |" in table
    assert "3 of 72 policy elements are supported." in table


def test_diagnostics_are_listed_by_table() -> None:
    page = reference.diagnostics({"One": {"HG2": "Two.", "HG1": "One."}})
    assert page.index("## One") < page.index("| HG1 | One. |") < page.index("| HG2 | Two. |")
