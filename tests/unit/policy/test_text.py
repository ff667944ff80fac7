from __future__ import annotations

from headgate.model.diagnostic import Position
from headgate.policy.text import Source, Text


def test_position_counts_lines_and_columns_from_one() -> None:
    source = Source("f", "ab\ncd\n")
    found = [(source.position(at).line, source.position(at).column) for at in range(7)]
    assert found == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3), (3, 1)]


def test_place_names_the_file() -> None:
    assert Source("f", "ab").place(1) == ("f", Position(1, 2, 1))


def test_character_behind_an_entity_is_found_in_the_source() -> None:
    source = Source("f", "a&lt;b")
    text = Text("a<b", source, pieces=[(0, 0), (1, 1), (2, 5)])
    assert [text.source_offset(at) for at in range(3)] == [0, 1, 5]


def test_characters_put_in_stay_within_what_they_stand_for() -> None:
    # `{{n}}` at 1 stands for seven characters.
    text = Text("a1234567b", Source("f", "a{{n}}b"), pieces=[(0, 0), (1, 1), (8, 6)])
    assert [text.source_offset(at) for at in range(9)] == [0, 1, 2, 3, 4, 5, 5, 5, 6]


def test_stripped_text_keeps_its_places() -> None:
    text = Text(
        " \na<b ", Source("f", " \na&lt;b "), pieces=[(0, 0), (3, 3), (4, 7)], shown="  {{x}} "
    )
    bare = text.stripped()
    assert (bare.value, bare.shown) == ("a<b", "{{x}}")
    assert [bare.source_offset(at) for at in range(3)] == [2, 3, 7]


def test_stripped_text_without_blanks_is_the_same() -> None:
    text = Text("a", Source("f", "a"), pieces=[(0, 0)])
    assert text.stripped() is text


def test_stripped_keeps_the_marks_of_named_values() -> None:
    text = Text(" a", Source("f", " a"), pieces=[(0, 0)], secret=True, unresolved=True)
    assert text.stripped().secret
    assert text.stripped().unresolved
