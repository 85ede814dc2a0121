import pytest

from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.learning.quality_arguments import parse_max_loss, parse_reviewer_errors
from airflow_provider_rekmedia.core.learning.reviewer_errors import NO_ERRORS, ReviewerErrors


def test_a_template_may_render_numbers_as_text():
    assert parse_max_loss("0.05") == 0.05
    assert parse_reviewer_errors({"missed": "0.05", "wrong": 0}) == ReviewerErrors(0.05, 0.0)


@pytest.mark.parametrize("value", [None, "None", ""])
def test_without_known_errors_people_are_right(value):
    assert parse_reviewer_errors(value) is NO_ERRORS


@pytest.mark.parametrize("value", [0, 1, 2, -0.1, "much", None, True])
def test_a_loss_is_a_share_between_0_and_1(value):
    with pytest.raises(InvalidArgument, match="max_loss"):
        parse_max_loss(value)


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"missed": 0.1},
        {"missed": 0.1, "wrong": 0.1, "other": 0},
        {"missed": 0.5, "wrong": 0.5},
        {"missed": -0.1, "wrong": 0},
        {"missed": "often", "wrong": 0},
        "{'missed': 0.1}",
    ],
)
def test_errors_that_mean_nothing_are_refused(value):
    with pytest.raises(InvalidArgument, match="reviewer_errors"):
        parse_reviewer_errors(value)
