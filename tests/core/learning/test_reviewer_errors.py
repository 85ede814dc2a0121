import pytest

from airflow_provider_rekmedia.core.learning.combined_intervals import Estimated
from airflow_provider_rekmedia.core.learning.reviewer_errors import NO_ERRORS, ReviewerErrors
from airflow_provider_rekmedia.core.report.intervals import Interval


def test_correction_is_the_inverse_of_the_errors():
    errors = ReviewerErrors(missed=0.1, wrong=0.02)
    decided = Estimated(0.3 * 0.9 + 0.7 * 0.02, Interval(0.2, 0.4))
    assert errors.correct(decided).value == pytest.approx(0.3)


def test_corrected_share_is_a_share():
    found = ReviewerErrors(missed=0.2, wrong=0.1).correct(Estimated(0.05, Interval(0.0, 0.95)))
    assert found == Estimated(0.0, Interval(0.0, 1.0))


def test_no_errors_change_nothing():
    decided = Estimated(0.3, Interval(0.2, 0.4))
    assert NO_ERRORS.correct(decided) == decided


@pytest.mark.parametrize("shares", [(0.5, 0.5), (-0.1, 0), (0, -0.1), (float("nan"), 0)])
def test_errors_that_make_decisions_meaningless_are_refused(shares):
    with pytest.raises(ValueError, match="below 1 together"):
        ReviewerErrors(*shares)
