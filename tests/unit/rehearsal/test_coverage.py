from __future__ import annotations

from pathlib import Path

import pytest

from headgate.csharp.errors import DotNetError
from headgate.model.context import Context
from headgate.model.entities import PolicySource
from headgate.model.errors import CallError
from headgate.policy.compile import compile_document
from headgate.policy.effects import Sleep
from headgate.policy.elements import discover
from headgate.policy.plan import Block, ResponseReturned, Step
from headgate.policy.surroundings import Surroundings
from headgate.rehearsal.coverage import Coverage, Covered, Trail, merged, percent
from headgate.testing.playbook import make_context

FOLDER = Path("folder")
SET = '<set-variable name="{}" value="x" />'


def compiled(coverage: Coverage, inbound: str, *, file: str = "policy.xml") -> Block:
    text = f"<policies>\n<inbound>\n{inbound}\n</inbound>\n</policies>"
    source = PolicySource(file=file, text=text)
    surroundings = Surroundings(registry=discover(), instrument=coverage.watch(FOLDER))
    document, found = compile_document(source, scope="api", surroundings=surroundings)
    assert document is not None, found
    return Block(tuple(step for step in document.sections["inbound"] if isinstance(step, Step)))


def run(block: Block, context: Context | None = None) -> Context:
    context = context or make_context()
    for effect in block.drive(context):
        assert isinstance(effect, Sleep)
    return context


def one(coverage: Coverage) -> Covered:
    (covered,) = coverage.summed()
    return covered


def test_elements_that_ran_are_told_from_those_that_did_not() -> None:
    coverage = Coverage()
    block = compiled(coverage, SET.format("a") + "\n" + SET.format("b"))
    assert (one(coverage).ran, one(coverage).lines) == (0, ((3, 4),))
    run(Block(block.steps[:1]))
    covered = one(coverage)
    assert covered.file == str(FOLDER / "policy.xml")
    assert (covered.elements, covered.ran, covered.lines) == (2, 1, ((4, 4),))
    assert covered.percent == 50


CHOOSE = """<choose>
<when condition="@((int)context.Variables[&quot;n&quot;] == 1)">{}</when>
<when condition="@((int)context.Variables[&quot;n&quot;] == 2)">{}</when>
{}</choose>"""


def test_each_case_of_a_choose_is_a_branch() -> None:
    coverage = Coverage()
    text = CHOOSE.format(SET.format("a"), "", f"<otherwise>\n{SET.format('c')}</otherwise>")
    block = compiled(coverage, text)
    run(block, make_context(variables={"n": 2}))
    covered = one(coverage)
    assert (covered.branches, covered.taken) == (3, 1)
    assert covered.missed == ((4, "when 1"), (6, "otherwise"))
    assert covered.lines == ((4, 4), (7, 7))
    run(block, make_context(variables={"n": 1}))
    run(block, make_context(variables={"n": 3}))
    assert one(coverage).percent == 100


def test_no_condition_being_true_is_a_branch_where_otherwise_is_missing() -> None:
    coverage = Coverage()
    block = compiled(coverage, CHOOSE.format("", "", ""))
    run(block, make_context(variables={"n": 1}))
    run(block, make_context(variables={"n": 2}))
    assert one(coverage).missed == ((3, "no condition is true"),)
    run(block, make_context(variables={"n": 3}))
    assert one(coverage).missed == ()


def test_choose_that_failed_at_a_condition_went_no_way() -> None:
    coverage = Coverage()
    block = compiled(coverage, CHOOSE.format("", "", ""))
    with pytest.raises(CallError):
        run(block)
    assert (one(coverage).ran, one(coverage).taken) == (1, 0)


RETRY = """<retry condition="@((int)context.Variables[&quot;n&quot;] == 1)" count="1" interval="1">
<set-variable name="x" value="y" />
</retry>"""


def test_retry_has_a_branch_for_trying_again_and_one_for_not() -> None:
    coverage = Coverage()
    block = compiled(coverage, RETRY)
    run(block, make_context(variables={"n": 1}))
    assert one(coverage).missed == ((3, "not tried again"),)
    run(block, make_context(variables={"n": 2}))
    assert one(coverage).missed == ()


def test_calls_that_take_turns_are_not_mistaken_for_each_other() -> None:
    coverage = Coverage()
    block = compiled(coverage, RETRY)
    again, once = make_context(variables={"n": 1}), make_context(variables={"n": 2})
    first = block.drive(again)
    next(first)
    run(block, once)
    assert one(coverage).missed == ((3, "tried again"),)
    assert list(first) == []
    assert one(coverage).missed == ()


def test_document_that_is_compiled_again_goes_on_counting() -> None:
    coverage = Coverage()
    run(compiled(coverage, SET.format("a")))
    compiled(coverage, SET.format("a"))
    assert (one(coverage).elements, one(coverage).ran) == (1, 1)


def test_default_document_does_not_count() -> None:
    coverage = Coverage()
    compiled(coverage, SET.format("a"), file="the default document of all APIs")
    assert coverage.summed() == []


def test_element_that_answers_a_preflight_has_run() -> None:
    coverage = Coverage()
    xml = "<cors><allowed-origins><origin>*</origin></allowed-origins></cors>"
    (step,) = compiled(coverage, xml).steps
    assert step.preflight is not None
    assert step.preflight(make_context("OPTIONS")) is not None
    assert one(coverage).percent == 100


def test_return_is_traced_to_the_element_that_returns() -> None:
    block = compiled(Coverage(), CHOOSE.format("<return-response />", "", ""))
    context = make_context(variables={"n": 1})
    with pytest.raises(ResponseReturned):
        run(block, context)
    where = context.owners[Trail].ended_by(context)
    assert where.path == "choose[1]/when[1]/return-response[1]"
    assert (where.file, where.line) == ("policy.xml", 4)


def test_error_is_traced_to_the_element_that_failed_as_long_as_it_stays() -> None:
    block = compiled(Coverage(), CHOOSE.format("", "", ""))
    context = make_context()
    with pytest.raises(CallError) as caught:
        run(block, context)
    trail = context.owners[Trail]
    assert trail.ended_by(context) is None
    assert isinstance(caught.value.__cause__, DotNetError)
    where = caught.value.where
    assert where is not None
    context.last_error = caught.value.last_error()
    assert trail.ended_by(context) == where


def test_ranges_of_lines_are_joined_where_they_touch() -> None:
    assert list(merged([(5, 6), (1, 2), (3, 3), (2, 3), (9, 9)])) == [(1, 3), (5, 6), (9, 9)]
    assert list(merged([])) == []


@pytest.mark.parametrize(
    ("part", "whole", "result"), [(0, 0, 100), (999, 1000, 99), (1000, 1000, 100), (0, 3, 0)]
)
def test_percents_are_rounded_down(part: int, whole: int, result: int) -> None:
    assert percent(part, whole) == result
