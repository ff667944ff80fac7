"""Whatever a text holds, it is read or told what is wrong; what is read can be written and read."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from headgate.model.entities import NamedValue, PolicySource
from headgate.policy.compile import compile_document
from headgate.policy.elements import discover
from headgate.policy.lexis import is_expression
from headgate.policy.node import Attribute, Node, write
from headgate.policy.reference import documented
from headgate.policy.scanner import scan
from headgate.policy.surroundings import Surroundings
from headgate.policy.text import Source, Text

REGISTRY = discover()
EXAMPLES = [element.example for element in documented(REGISTRY)]
SOURCE = Source("f", "")

names = st.from_regex(r"[a-z_][a-z0-9_.\-]{0,8}", fullmatch=True)
characters = st.characters(
    exclude_categories=("Cs", "Cc"), include_characters="\n\t", exclude_characters="\ufffe\uffff"
)
literals = st.text(characters, max_size=12).filter(lambda text: "@" not in text)
CODE = ["a", ' "<)" ', "'('", "(b)", "[c]", "{ d }", ' $"{e}" ', ' @"\\" ', " && ", " < "]
code = st.lists(st.sampled_from(CODE), max_size=8).map("".join)
expressions = st.one_of(code.map(lambda c: f"@({c})"), code.map(lambda c: f"@{{{c}}}"))
values = st.one_of(literals, expressions)


@st.composite
def nodes(draw: st.DrawFn, depth: int = 3) -> Node:
    node = Node(draw(names), SOURCE, start=0)
    for name, value in draw(st.dictionaries(names, values, max_size=3)).items():
        node.attributes[name] = Attribute(name, 0, text=text_of(value))
    content = draw(values)
    if content.strip():
        node.text = text_of(content)
    if depth:
        node.children = draw(st.lists(nodes(depth=depth - 1), max_size=3))
    return node


def text_of(value: str) -> Text:
    return Text(value, SOURCE, pieces=[(0, 0)])


def shape(node: Node) -> object:
    """Return what two equal trees have in common, without places."""
    attributes = {name: item.text.value for name, item in node.attributes.items()}
    text = None if node.text is None else node.text.value
    return node.name, attributes, text, [shape(child) for child in node.children]


def scanned(text: str) -> Node:
    root, found = scan(text, "f")
    assert root is not None, [str(diagnostic) for diagnostic in found]
    return root


@given(code)
def test_generated_code_is_an_expression(text: str) -> None:
    assert is_expression(f"@({text})")
    assert not is_expression(f"@({text}) x")


@given(nodes())
def test_what_is_written_reads_as_what_it_was(node: Node) -> None:
    assert shape(scanned(write(node))) == shape(node)


@given(nodes())
def test_what_is_read_writes_as_what_it_was(node: Node) -> None:
    written = write(node)
    assert write(scanned(written)) == written


@given(code, st.sampled_from(["'", '"']))
def test_raw_and_escaped_expressions_read_alike(text: str, quote: str) -> None:
    value = f"@({text})"
    raw = scanned(f"<a b={quote}{value}{quote}>{value}</a>")
    escaped = Node("a", SOURCE, start=0)
    escaped.attributes["b"] = Attribute("b", 0, text=text_of(value))
    escaped.text = text_of(value)
    assert shape(raw) == shape(scanned(write(escaped)))


@given(st.text(st.sampled_from("<>/=\"'@({)}&;! -[]ab\n$\\?"), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for attempt in (text, f"<a>{text}</a>", f'<a b="{text}"/>'):
        root, found = scan(attempt, "f")
        assert (root is None) == bool(found)
        lines = attempt.split("\n")
        for diagnostic in found:
            assert 1 <= diagnostic.column <= len(lines[diagnostic.line - 1]) + 1


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    root, found = scan(raw.decode("latin-1"), "f")
    assert (root is None) == bool(found)


def compiled(text: str) -> tuple[object, ...]:
    """Return what compiling gives, in a form that compares."""
    surroundings = Surroundings(
        registry=REGISTRY,
        fragments={"shared-headers": PolicySource(file="s", text="<fragment/>")},
        named_values={"n": NamedValue(id="n", name="n", value="1", secret=True)},
    )
    document, found = compile_document(
        PolicySource(file="f", text=text), scope="api", surroundings=surroundings
    )
    sections = document.sections if document is not None else {}
    steps = [(name, [getattr(e, "where", None) for e in es]) for name, es in sections.items()]
    return document is None, steps, [str(diagnostic) for diagnostic in found]


damage = st.sampled_from(["", "<", ">", '"', "{{n}}", "{{x}}", "@(", ")", "&", "/", "<base/>", "x"])


@given(st.lists(st.sampled_from(EXAMPLES), max_size=3), st.integers(0, 400), damage)
@settings(deadline=None)
def test_compiling_never_raises_and_is_deterministic(
    examples: list[str], at: int, inserted: str
) -> None:
    text = f"<policies><inbound>{''.join(examples)}</inbound></policies>"
    at = min(at, len(text))
    damaged = text[:at] + inserted + text[at:]
    assert compiled(damaged) == compiled(damaged)
