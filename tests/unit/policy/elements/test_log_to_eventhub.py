from __future__ import annotations

import pytest

from headgate.model.facts import EventLogged
from headgate.policy.elements.log_to_eventhub import MESSAGE_MAX
from headgate.testing.playbook import Playbook, compile_element, diagnose, make_context


def logged(attributes: str, message: str) -> EventLogged:
    context = make_context("POST")
    xml = f"<log-to-eventhub {attributes}>{message}</log-to-eventhub>"
    Playbook(compile_element(xml), context).run()
    (fact,) = context.facts
    assert isinstance(fact, EventLogged)
    return fact


def test_message_is_handed_to_the_logger() -> None:
    message = "@(context.Request.Method + 1)"
    assert logged('logger-id="a"', message) == EventLogged("a", "POST1", None)


@pytest.mark.parametrize("attribute", ["partition-id", "partition-key"])
def test_partition_goes_along(attribute: str) -> None:
    assert logged(f'logger-id="a" {attribute}="@("p" + 1)"', "x") == EventLogged("a", "x", "p1")


def test_object_is_logged_as_its_text() -> None:
    message = '@(new JObject(new JProperty("a", 1)))'
    assert logged('logger-id="a"', message).message.split() == ["{", '"a":', "1", "}"]


def test_long_message_is_cut_between_characters() -> None:
    message = logged('logger-id="a"', f"@(new string('é', {MESSAGE_MAX}) + \"x\")").message
    assert message == "é" * (MESSAGE_MAX // 2)


def test_one_partition_is_enough() -> None:
    xml = '<log-to-eventhub logger-id="a" partition-id="1" partition-key="k">x</log-to-eventhub>'
    assert diagnose(xml) == ["HG153"]


def test_null_is_an_empty_message() -> None:
    assert logged('logger-id="a"', "@((string)null)") == EventLogged("a", "", None)
