"""What follows from a summary."""

import pytest
from core.verify.job_ends import EXPERIMENTS, FAILED, error, mixed, summary

from airflow_provider_rekmedia.core.verify import summary_answers as answers

URI = EXPERIMENTS["mixed"].uri_of


def with_errors(*errors, total=15, valid=10):
    return mixed(summary=summary(list(errors), total=total, valid=valid))


def numbered(first, *, blank_counts=True, key="line-numer"):
    numbers = {role: index + first - (index > 4 and not blank_counts) for role, index in FAILED.items()}
    return with_errors(*(error(URI(role), number, key=key) for role, number in numbers.items()))


@pytest.mark.parametrize("key", ["line-numer", "line-number"])
def test_the_key_of_the_line_number(key):
    assert answers.answer_line_number_key(numbered(1, key=key)).text == key


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("blank_counts", [True, False])
def test_numbering(first, blank_counts):
    end = numbered(first, blank_counts=blank_counts)

    assert answers.answer_first_line_number(end).text == str(first)
    assert answers.answer_blank_line_numbers(end).text == ("yes" if blank_counts else "no")


def test_numbers_that_fit_nothing_leave_the_questions_open():
    end = with_errors(error(URI("missing"), 40), error(URI("too small"), 41))

    assert answers.answer_first_line_number(end).text is None
    assert answers.answer_blank_line_numbers(end).text is None


def test_a_number_that_is_text_is_no_number():
    end = with_errors(error(URI("missing"), "two"))

    assert answers.answer_first_line_number(end).text is None


def test_without_errors_the_questions_stay_open():
    end = with_errors()

    assert answers.answer_line_number_key(end).text is None
    assert answers.answer_first_line_number(end).text is None
    assert answers.answer_blank_line_numbers(end).text is None
    assert answers.answer_blank_lines(end).text is None
    assert answers.answer_error_codes(end).text is None


@pytest.mark.parametrize(
    ("unnamed", "text"), [(1, "no, it is skipped"), (2, "yes, it is an error"), (3, None)]
)
def test_blank_lines(unnamed, text):
    assert answers.answer_blank_lines(with_errors(*[error(None, 5)] * unnamed)).text == text


@pytest.mark.parametrize(("total", "text"), [(15, "yes"), (16, "yes"), (14, "no"), (None, "no")])
def test_counts(total, text):
    errors = [error(None, number) for number in range(5)]

    assert answers.answer_summary_counts(with_errors(*errors, total=total)).text == text


def test_a_wrong_count_of_results_is_wrong():
    assert answers.answer_summary_counts(with_errors(total=15, valid=3)).text == "no"


def test_a_summary_without_statistics_counts_wrong():
    assert answers.answer_summary_counts(mixed(summary={})).text == "no"


def test_version():
    assert answers.answer_summary_version(mixed()).text == "1.0"


def test_codes_by_reason():
    end = with_errors(error(URI("missing"), 2, "NOT_FOUND"), error(None, 6, "BAD"))

    assert answers.answer_error_codes(end).text == "missing: NOT_FOUND; names no image: BAD"


def test_codes_without_a_line_that_names_no_image():
    assert answers.answer_error_codes(with_errors(error(URI("missing"), 2, "C"))).text == "missing: C"
