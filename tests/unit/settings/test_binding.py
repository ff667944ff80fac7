from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from headgate.settings.binding import Properties, Record, Settings, bind, dotted
from headgate.settings.documents import Folder

Write = Callable[[dict[str, object]], Folder]


class Inner(Properties, frozen=True, kw_only=True):
    size: Annotated[int, Meta(ge=1)] = 1


class Outer(Properties, frozen=True, kw_only=True):
    harmless: ClassVar[frozenset[str]] = frozenset({"description"})
    display_name: str
    kind: Literal["a", "b"] = "a"
    inner: Inner | None = None
    many: tuple[Inner, ...] = ()
    pairs: dict[str, list[str] | str] | None = None


class Table(Settings, frozen=True, kw_only=True):
    first_value: int = 1


def bound(folder: Folder, kind: type[Record]) -> Record | None:
    document = folder.json(folder.root / "a.json")
    assert document is not None
    return bind(folder, document, kind=kind, where=())


def said(folder: Folder) -> list[str]:
    return [f"{d.line} {d.code} {d.message}" for d in folder.diagnostics]


def test_properties_are_read_in_camel_case_and_null_is_absent(write: Write) -> None:
    content = {"displayName": "x", "kind": None, "inner": {"size": 2}, "many": [{}, {"size": 3}]}
    assert bound(write({"a.json": content}), Outer) == Outer(
        display_name="x", inner=Inner(size=2), many=(Inner(), Inner(size=3))
    )


def test_every_wrong_property_is_reported_with_its_place(write: Write) -> None:
    folder = write(
        {
            "a.json": {
                "displayName": 1,
                "kind": "c",
                "inner": {"size": 0},
                "many": [{"size": "x"}, []],
                "pairs": {"k": [1]},
            }
        }
    )
    assert bound(folder, Outer) is None
    assert said(folder) == [
        "2 HG511 displayName: expected text, got a whole number",
        "3 HG511 kind: expected one of a, b",
        "5 HG511 inner.size: expected a whole number >= 1",
        "9 HG511 many[0].size: expected a whole number, got text",
        "11 HG511 many[1]: expected an object",
        "13 HG511 pairs: expected text, got a whole number",
    ]


def test_missing_property_is_reported_where_it_should_stand(write: Write) -> None:
    folder = write({"a.json": {"kind": "a"}})
    assert bound(folder, Outer) is None
    assert said(folder) == ["1 HG512 displayName is missing"]


def test_property_without_effect_gets_a_warning_unless_harmless_or_empty(write: Write) -> None:
    folder = write(
        {
            "a.json": {
                "displayName": "x",
                "description": "d",
                "tls": [],
                "king": 1,
                "proxy": {"a": 1},
            }
        }
    )
    assert bound(folder, Outer) is not None
    assert said(folder) == ["5 HG510 king has no effect", "6 HG510 proxy has no effect"]
    assert [d.hint for d in folder.diagnostics] == ["did you mean 'kind'?", ""]
    assert {d.severity for d in folder.diagnostics} == {"warning"}


def test_unknown_setting_is_an_error_that_names_the_nearest(write: Write) -> None:
    folder = write({"a.json": {"first-valu": 1, "other": 1}})
    assert bound(folder, Table) == Table()
    assert said(folder) == ["2 HG513 first-valu is not a setting", "3 HG513 other is not a setting"]
    assert [d.hint for d in folder.diagnostics] == [
        "did you mean 'first-value'?",
        "known here: first-value",
    ]


def test_anything_but_an_object_is_wrong(write: Write) -> None:
    folder = write({"a.json": []})
    assert bound(folder, Outer) is None
    assert said(folder) == ["1 HG511 expected an object"]


def test_paths_read_as_people_write_them() -> None:
    assert dotted(("properties", "many", 0, "size")) == "properties.many[0].size"
