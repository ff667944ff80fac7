from __future__ import annotations

from headgate.tokens.prompt import PromptParts, RequestUnreadable


def parts_of(value: object) -> PromptParts:
    parts = PromptParts()
    parts.add(value)
    return parts


def test_strings_are_found_at_any_depth_in_their_order() -> None:
    value = [{"a": "one"}, ["two", {"b": ["three"]}], "four"]
    assert parts_of(value).texts == ["one", "two", "three", "four"]


def test_labels_and_binary_payloads_are_not_prompt() -> None:
    value = [{"type": "input_audio", "id": "x1", "input_audio": {"data": "AAAA"}, "text": "hi"}]
    assert parts_of(value).texts == ["hi"]


def test_an_image_counts_once_and_its_url_is_not_read() -> None:
    value = [
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
        {"type": "input_image", "image_url": "https://pictures.example/1.png"},
        {"type": "text", "text": "compare"},
    ]
    parts = parts_of(value)
    assert (parts.images, parts.texts) == (2, ["compare"])


def test_numbers_booleans_and_null_add_nothing() -> None:
    assert parts_of([1, 2.5, True, None, {}]) == PromptParts()


def test_a_value_nested_deeper_than_the_recursion_limit_is_walked() -> None:
    value: list[object] = ["end"]
    for _ in range(5000):
        value = [value]
    assert parts_of(value).texts == ["end"]
    assert parts_of({"type": value, "text": "label"}).texts == ["label"]


def test_parts_do_not_share_their_texts() -> None:
    PromptParts().texts.append("mine")
    assert PromptParts().texts == []


def test_the_error_carries_its_message() -> None:
    assert RequestUnreadable("why").message == str(RequestUnreadable("why")) == "why"
