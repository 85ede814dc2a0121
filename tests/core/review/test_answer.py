"""Which answers can be used, and what the person reads about the others."""

import pytest
from core.strategies import json_values
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.review.answer import (
    Answer,
    AnswerProblem,
    LabelJudgement,
    ReviewDecision,
    letters_of,
    parse_answer,
)


def sent(**changes):
    return {"queue": "sum", "decisions": "abes", "seconds": 312, "revealed": 14} | changes


def test_each_letter_is_one_decision_in_the_order_of_the_queue():
    answer = parse_answer(sent(labels={"2": {"wrong": [0], "missing": ["Smoking"]}}), "sum", 4)

    assert answer == Answer(
        decisions=(
            ReviewDecision.ALLOW,
            ReviewDecision.BLOCK,
            ReviewDecision.ESCALATE,
            ReviewDecision.SKIP,
        ),
        seconds=312,
        revealed=14,
        labels={2: LabelJudgement((0,), ("Smoking",))},
    )


def test_the_letters_of_decisions_are_the_ones_that_were_sent():
    answer = parse_answer(sent(), "sum", 4)

    assert letters_of(answer.decisions) == "abes"


@pytest.mark.parametrize(("digits", "is_used"), [(64, True), (32, True), (31, False), (0, False)])
def test_half_of_the_checksum_names_the_queue(digits, is_used):
    checksum = "0123456789abcdef" * 4

    answer = parse_answer(sent(queue=checksum[:digits]), checksum, 4)

    assert isinstance(answer, Answer) is is_used


@pytest.mark.parametrize(
    ("params_input", "says"),
    [
        (None, "no decisions"),
        ({}, "no decisions"),
        ("abes", "cannot be read"),
        ([1], "cannot be read"),
        (sent(queue="other"), "another queue"),
        (sent(decisions="abex"), "unknown letter"),
        (sent(decisions="ABES"), "unknown letter"),
        (sent(decisions="abe"), "3 decisions, but the queue has 4"),
        (sent(decisions="abesa"), "5 decisions, but the queue has 4"),
        (sent(decisions=["a"]), "cannot be read"),
        (sent(seconds=-1), "cannot be read"),
        (sent(seconds=True), "cannot be read"),
        (sent(revealed="1"), "cannot be read"),
        (sent(labels={"0": {"right": []}}), "cannot be read"),
        (sent(labels={"0": {"wrong": [-1]}}), "cannot be read"),
        (sent(labels={"0": {"missing": [""]}}), "cannot be read"),
        (sent(labels={"0": {"missing": ["x" * 201]}}), "cannot be read"),
        (sent(labels={"4": {}}), "unknown image"),
        (sent(labels={"-1": {}}), "unknown image"),
        (sent(labels={"00": {}}), "unknown image"),
        (sent(labels={"²": {}}), "unknown image"),
        (sent(labels={"9" * 5_000: {}}), "unknown image"),
    ],
)
def test_an_unusable_answer_says_why(params_input, says):
    problem = parse_answer(params_input, "sum", 4)

    assert isinstance(problem, AnswerProblem)
    assert says in problem.text


@given(
    json_values
    | st.fixed_dictionaries(
        {"queue": st.just("sum"), "decisions": json_values},
        optional={"seconds": json_values, "revealed": json_values, "labels": json_values},
    )
    | st.fixed_dictionaries(
        {"queue": st.just("sum"), "decisions": st.text("abesx", min_size=2, max_size=2)},
        optional={"labels": st.dictionaries(st.text(), json_values)},
    )
)
def test_no_answer_raises(params_input):
    answer = parse_answer(params_input, "sum", 2)

    assert isinstance(answer, AnswerProblem) or len(answer.decisions) == 2


def test_a_label_that_utf8_cannot_encode_is_refused():
    sent = {"queue": "c", "decisions": "a", "labels": {"0": {"missing": ["\ud800"]}}}

    problem = parse_answer(sent, "c", 1)

    assert isinstance(problem, AnswerProblem)
    assert "a label that is no text" in problem.text
