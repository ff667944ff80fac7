from __future__ import annotations

from typing import Literal

import pytest

from headgate.model.context import Context
from headgate.model.diagnostic import Diagnostic
from headgate.model.entities import NamedValue
from headgate.model.errors import CallError, Fault
from headgate.policy.build import Builder, inside, without_secrets
from headgate.policy.constraints import exactly_one
from headgate.policy.effects import Steps
from headgate.policy.fields import attr, block, child, children, text
from headgate.policy.findings import Findings
from headgate.policy.plan import Block, Step
from headgate.policy.scanner import scan
from headgate.policy.schema import Element, ElementError, Part, Registry, Site
from headgate.policy.surroundings import Surroundings
from headgate.policy.text import Text
from headgate.policy.value import Value
from headgate.testing.playbook import make_context


class Say(Element, name="say", sections=("inbound",), once=True):
    """Append a word."""

    word: Value[str] = attr("The word.", formerly=("what",))

    def prepare(self) -> None:
        if self.word.literal == "bad":
            raise ElementError("no bad words", hint="be kind", key="word")

    def apply(self, context: Context) -> None:
        """Append the word."""
        context.variables[self.site.path] = self.word.of(context)


class Effectful(Element, name="effectful", sections=("inbound", "backend")):
    """Has an effect."""

    def run(self, context: Context) -> Steps[None]:
        """Ask for nothing."""
        yield from ()


class Leaf(Part, name="leaf"):
    """A part with text."""

    label: str = attr("Label.", default="")
    content: str = text("Text.")


class Branch(Part, name="branch"):
    """A part with elements."""

    steps: Block = block("Steps.")


class Group(Element, name="group", sections=("inbound",)):
    """Holds everything."""

    constraints = (exactly_one("first", "last"),)

    mode: Literal["a", "b"] = attr("Mode.", default="a")
    first: Leaf | None = child("First.", default=None, name="first")
    names: tuple[str, ...] = children("Names.", name="name", empty=True)
    branches: tuple[Branch, ...] = children("Branches.")
    last: Leaf | None = child("Last.", default=None, name="last")
    nested: tuple[Say, ...] = children("Words.")

    def apply(self, context: Context) -> None:
        """Run the plain branches."""
        for branch in self.branches:
            branch.steps.apply(context)

    def run(self, context: Context) -> Steps[None]:
        """Run the branches."""
        for branch in self.branches:
            yield from branch.steps.drive(context)


class Narrow(Element, name="narrow", sections=("inbound",)):
    """Holds only some elements."""

    steps: Block = block("Steps.", only=("say",))

    def apply(self, context: Context) -> None:
        """Run them."""
        self.steps.apply(context)


class Verbatim(Element, name="verbatim", sections=("inbound",)):
    """Holds markup."""

    content: str = text("Text.", markup=True, empty=True)

    def apply(self, context: Context) -> None:
        """Keep the text."""
        context.variables["verbatim"] = self.content


REGISTRY: Registry = {
    element.declaration.name: element for element in (Say, Effectful, Group, Narrow, Verbatim)
}
SITE = Site(name="", scope="api", section="inbound")


def build(
    xml: str, *, section: str = "inbound", unsupported: bool = False
) -> tuple[list[Step], list[Diagnostic]]:
    root, found = scan(f"<in>{xml}</in>", "f")
    assert root is not None, found
    findings = Findings()
    surroundings = Surroundings(registry=REGISTRY, allow_unsupported=unsupported)
    site = Site(name="", scope="api", section=section)
    steps = Builder(surroundings, findings).each(root.children, site)
    return [step for step in steps if step is not None], findings.listed()


def test_markup_holds_named_values() -> None:
    root, _ = scan("<verbatim><a>{{n}}</a></verbatim>", "f")
    assert root is not None
    value = NamedValue(id="n", name="n", value="1")
    surroundings = Surroundings(registry=REGISTRY, named_values={"n": value})
    built = Builder(surroundings, Findings()).build(Verbatim, root, site=SITE)
    assert built is not None
    assert built.content == "<a>1</a>"


def step(xml: str) -> Step:
    steps, found = build(xml)
    assert found == []
    return steps[0]


def codes(xml: str, section: str = "inbound") -> list[str]:
    return [found.code for found in build(xml, section=section)[1]]


def test_step_knows_where_it_stands() -> None:
    steps, _ = build('<effectful/>\n<group id="g"><first>x</first></group><effectful/>')
    wheres = [(s.where.path, s.where.line, s.where.policy_id, s.source) for s in steps]
    assert wheres == [
        ("effectful[1]", 1, None, "effectful"),
        ("group[1]", 2, "g", "group"),
        ("effectful[2]", 2, None, "effectful"),
    ]
    where = steps[1].where
    assert (where.scope, where.section, where.file) == ("api", "inbound", "f")


def test_nested_step_has_the_path_of_its_parents() -> None:
    group = step(
        "<group><branch/><branch><say word='x'/></branch><last>x</last></group>",
    )
    context = make_context()
    assert group.apply is not None
    group.apply(context)
    assert context.variables == {"group[1]/branch[2]/say[1]": "x"}


def test_parents_are_named_outermost_first() -> None:
    site = inside(inside(SITE, "a", index=1), "b", index=2)
    assert (site.path, site.parents) == ("a[1]/b[2]", ("a",))


def test_element_is_plain_while_everything_inside_is() -> None:
    assert step("<group><branch><say word='x'/></branch><last>x</last></group>").plain
    driven = step("<group><branch><effectful/></branch><last>x</last></group>")
    assert (driven.apply, driven.plain) == (None, False)
    assert step("<effectful/>").drive is not None


def test_former_name_of_an_attribute_is_read() -> None:
    context = make_context()
    plain = step('<say what="x"/>').apply
    assert plain is not None
    plain(context)
    assert context.variables == {"say[1]": "x"}


def test_markup_keeps_child_elements_as_they_are_written() -> None:
    context = make_context()
    for xml, expected in [
        ("<verbatim><a b='&lt;'/> x</verbatim>", "<a b='&lt;'/> x"),
        ("<verbatim>&lt;</verbatim>", "<"),
        ("<verbatim/>", ""),
    ]:
        plain = step(xml).apply
        assert plain is not None
        plain(context)
        assert context.variables == {"verbatim": expected}


BROKEN = [
    ("<sya word='x'/>", "HG140"),
    ("<cors/>", "HG140"),
    ("<base/>", "HG124"),
    ("<say word='x' wrod='y'/>", "HG141"),
    ("<say/>", "HG142"),
    ("<say word='x' what='y'/>", "HG111"),
    ("<say word='x'>y</say>", "HG148"),
    ("<say word='x'><a/></say>", "HG151"),
    ("<say word='bad'/>", "HG157"),
    ("<say word='x'/><say word='y'/>", "HG154"),
    ("<group mode='c'><first>x</first></group>", "HG145"),
    ("<group/>", "HG153"),
    ("<group><first>x</first><last>x</last></group>", "HG153"),
    ("<group><first/></group>", "HG149"),
    ("<group><first>x</first><first>x</first></group>", "HG150"),
    ("<group><last>x</last><branch/></group>", "HG152"),
    ("<group><first>x</first><frist/></group>", "HG151"),
    ("<group><first>x</first><name><a/></name></group>", "HG151"),
    ("<group><first>x</first><name a='b'/></group>", "HG141"),
    ("<group><first>x</first><say/></group>", "HG142"),
    ("<narrow><effectful/></narrow>", "HG151"),
]


@pytest.mark.parametrize(("xml", "code"), BROKEN)
def test_what_is_wrong_is_found_and_makes_no_step(xml: str, code: str) -> None:
    assert codes(xml) == [code]


def test_wrong_section_is_found() -> None:
    assert codes("<effectful/>", "backend") == []
    assert codes("<effectful/>", "outbound") == ["HG147"]


def test_without_a_section_none_is_wrong() -> None:
    assert codes("<effectful/>", "") == []


def test_element_in_a_special_role_needs_no_section_of_its_own() -> None:
    assert codes("<group><first>x</first><say word='x'/></group>") == []


def test_required_child_is_missed() -> None:
    class Needy(Element, name="needy", sections=("inbound",)):
        """Needs children."""

        one: Leaf = child("One.", name="one")
        many: tuple[str, ...] = children("Many.", name="many", at_least=1)

    root, _ = scan("<needy/>", "f")
    assert root is not None
    findings = Findings()
    surroundings = Surroundings(registry={"needy": Needy})
    assert Builder(surroundings, findings).build(Needy, root, site=SITE) is None
    assert [found.code for found in findings.listed()] == ["HG149", "HG149"]


def test_all_findings_of_one_element_are_reported() -> None:
    xml = "<group mode='c' x='y'><first/><say/></group>"
    assert codes(xml) == ["HG145", "HG141", "HG149", "HG142"]


def test_unsupported_element_may_answer_501() -> None:
    steps, found = build("<cors id='c'><x/></cors>", unsupported=True)
    assert [(d.code, d.severity) for d in found] == [("HG140", "warning")]
    with pytest.raises(CallError) as caught:
        Block(tuple(steps)).apply(make_context())
    assert (caught.value.status, caught.value.fault) == (501, Fault.OPERATOR)


def test_element_error_stands_at_its_attribute() -> None:
    _, (found,) = build('<say word="bad"/>')
    assert (found.column, found.message, found.hint) == (16, "no bad words", "be kind")


def test_element_error_does_not_quote_secrets() -> None:
    root, _ = scan("<a b=' hush '><c>hush</c></a>", "f")
    assert root is not None
    assert without_secrets("`hush`!", root) == "`hush`!"
    text = root.attributes["b"].text
    root.attributes["b"].text = Text(
        text.value, text.source, pieces=text.pieces, shown="{{s}}", secret=True
    )
    assert without_secrets("`hush`!", root) == "`{{s}}`!"
