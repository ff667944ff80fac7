"""Links between the repository's Markdown files lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from tests.house.tree import ROOT, Offence, assert_none, repository_files

LINK = re.compile(
    r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)|^\[[^\]]+\]:\s*(\S+)", re.M
)
FENCE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]*`", re.M | re.S)
HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.M)
ANCHOR = re.compile(r"<a (?:id|name)=\"([^\"]+)\"")
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)


def without_code(text: str) -> str:
    """Blank out code, keeping the line numbers."""
    return FENCE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def anchors(text: str) -> set[str]:
    """Return the fragments that a page offers, made from its headings as GitHub makes them."""
    found: dict[str, int] = {}
    offered = set(ANCHOR.findall(text))
    for heading in HEADING.findall(re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
        slug = re.sub(r"[^\w\- ]", "", plain.strip().lower()).replace(" ", "-")
        count = found.setdefault(slug, 0)
        found[slug] += 1
        offered.add(f"{slug}-{count}" if count else slug)
    return offered


def dead_links(root: Path, page: str) -> Iterator[Offence]:
    """Yield the relative links of one page whose file or heading does not exist."""
    text = without_code((root / page).read_text("utf-8"))
    for match in LINK.finditer(text):
        target = unquote(match[1] or match[2])
        line = text.count("\n", 0, match.start()) + 1
        if SCHEME.match(target):
            continue
        name, _, fragment = target.partition("#")
        path = (root / page).parent / name if name else root / page
        if not path.exists():
            yield Offence(page, line, f"{target} does not exist: correct the link")
        elif fragment and path.suffix == ".md" and fragment not in anchors(path.read_text("utf-8")):
            yield Offence(page, line, f"{target}: no such heading")


def test_every_relative_link_resolves() -> None:
    pages = [name for name in repository_files() if name.endswith(".md")]
    assert_none(offence for page in pages for offence in dead_links(ROOT, page))


def test_dead_link_and_dead_heading_are_found(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("# One `thing`, or two\n\n## Again\n\n## Again\n")
    (tmp_path / "a.md").write_text(
        "# A\n[x](c.md)\n[y](b.md#one-thing-or-two) [z](b.md#again-1) [s](#a) [w](https://a.example)\n"
        "```\n[code](no.md)\n```\n`[t](no.md)` [v](b.md#gone)\n[r]: d.md\n"
    )
    assert [(o.line, o.remedy.split()[0]) for o in dead_links(tmp_path, "a.md")] == [
        (2, "c.md"),
        (7, "b.md#gone:"),
        (8, "d.md"),
    ]
