"""Routing against a slow matcher that tries every operation, and against hostile paths."""

from __future__ import annotations

from itertools import product
from urllib.parse import quote

from hypothesis import example, given
from hypothesis import strategies as st

from headgate.model.entities import Api, Operation
from headgate.routing.router import Match, Router
from headgate.routing.safety import climbs
from headgate.routing.template import parse_template

SEGMENTS = st.sampled_from(["a", "b", "{p}", "{p}.z", "a{p}"])
TEMPLATES = st.builds(
    lambda parts, rest: "/" + "/".join([*parts, *rest]),
    st.lists(SEGMENTS, max_size=4),
    st.sampled_from([[], ["*"]]),
)
PATHS = st.lists(st.sampled_from(["a", "b", "c", "a.z", "ab", ""]), max_size=5)


def distinct(template: str) -> str:
    """Number the parameters, so that no name appears twice."""
    parts = template.split("{p}")
    return parts[0] + "".join(f"{{p{i}}}{part}" for i, part in enumerate(parts[1:]))


def fits(template: str, segments: list[str]) -> tuple[tuple[int, int], ...] | None:
    """Return how specific a template is for a path, segment by segment, or None; lower is more."""
    parsed = parse_template(template)
    if len(segments) < len(parsed.segments):
        return None
    if parsed.rest is None and len(segments) != len(parsed.segments):
        return None
    ranks = []
    for segment, text in zip(parsed.segments, segments, strict=False):
        if not segment.names:
            if segment.literals[0] != text.lower():
                return None
            ranks.append((0, 0))
        elif segment.capture(text) is None:
            return None
        elif segment.literals == ("", ""):
            ranks.append((2, 0))
        else:
            ranks.append((1, -sum(map(len, segment.literals))))
    return (*ranks, (3, 0)) if parsed.rest is not None else tuple(ranks)


@given(st.lists(TEMPLATES, min_size=1, max_size=8), PATHS)
@example(["/a/{p}/b", "/{p}/c/b", "/a/*"], ["a", "c", "b"])
def test_router_agrees_with_trying_every_template(templates: list[str], path: list[str]) -> None:
    by_shape = {parse_template(distinct(t)).shape: distinct(t) for t in templates}
    operations = tuple(
        Operation(id=text, name=text, method="GET", url_template=text) for text in by_shape.values()
    )
    router = Router([Api(id="x", name="x", path="x", operations=operations)])
    segments = path[:-1] if path and not path[-1] else path
    found = router.match("GET", "/x/" + "/".join(path) if path else "/x")
    ranks = {o.id: rank for o in operations if (rank := fits(o.id, segments)) is not None}
    if isinstance(found, Match):
        assert ranks[found.operation.id] == min(ranks.values())
    else:
        assert not ranks


@given(st.text(st.characters(codec="utf-8"), min_size=1), st.text(st.characters(codec="utf-8")))
def test_parameters_come_back_as_they_were_encoded(first: str, second: str) -> None:
    router = Router(
        [
            Api(
                id="x",
                name="x",
                path="x",
                operations=(
                    Operation(id="o", name="o", method="GET", url_template="/{a}/b?q={q}"),
                ),
            )
        ]
    )
    path = f"/x/{quote(first, safe='')}/b"
    found = router.match("GET", path, query_string=f"?q={quote(second, safe='')}")
    if climbs(path):
        return
    assert isinstance(found, Match)
    assert found.parameters == {"a": first, "q": second}


@given(st.text(alphabet="/.%2eEfF5cC;\\ab*{}?", max_size=60), st.sampled_from(["GET", "POST"]))
def test_any_path_is_answered_and_what_is_matched_is_what_is_forwarded(
    path: str, method: str
) -> None:
    apis = [
        Api(
            id=name,
            name=name,
            path=name,
            operations=(Operation(id="all", name="all", method="GET", url_template="/*"),),
        )
        for name in ("a", "a/b", "")
    ]
    found = Router(apis).match(method, path)
    if isinstance(found, Match):
        assert path.endswith(found.remainder)
        assert len(path) - len(found.remainder) == sum(
            len(part) + 1 for part in path.split("/")[1 : 1 + len(found.api.path.split("/"))]
        ) * bool(found.api.path)
        assert not climbs(path)


def test_hostile_path_costs_one_visit_of_each_place() -> None:
    # Each level has a literal, a mixture and a parameter, and nothing at the end: 3^7 ways.
    parts = ["a", "a{p%d}", "{p%d}"]
    templates = [
        "/" + "/".join(part % i if "%" in part else part for i, part in enumerate(way))
        for way in product(parts, repeat=7)
    ]
    operations = tuple(
        Operation(id=text, name=text, method="PUT", url_template=text) for text in templates
    )
    router = Router([Api(id="x", name="x", path="x", operations=operations)])
    assert not isinstance(router.match("GET", "/x" + "/aa" * 7), Match)
    assert not isinstance(router.match("GET", "/x" + "/" * 60_000), Match)
