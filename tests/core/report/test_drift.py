import pytest
from core.report.reports import night_of, report_of
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.report.drift import DriftStatus, chi_square_quantile, find_drift
from airflow_provider_rekmedia.core.report.report_tally import DecidingRule
from airflow_provider_rekmedia.core.verdicts.verdict import Decision


def run(block, review, allow):
    return (
        DecidingRule("Explicit", Decision.BLOCK, block),
        DecidingRule("Alcohol", Decision.REVIEW, review),
        DecidingRule("", Decision.ALLOW, allow),
    )


CALM = [run(20, 50, 930)] * 28


@pytest.mark.parametrize("probability", [0.5, 0.95, 0.999])
@pytest.mark.parametrize("degrees", [1, 2, 3, 5, 10, 40])
def test_quantiles_are_close_to_those_of_scipy(probability, degrees):
    stats = pytest.importorskip("scipy.stats", reason="scipy is an oracle, not a dependency")
    found = chi_square_quantile(probability, degrees)
    assert found == pytest.approx(stats.chi2.ppf(probability, degrees), rel=0.02 if degrees >= 3 else 0.05)


@pytest.mark.parametrize(
    ("current", "status"),
    [
        (run(20, 50, 930), DriftStatus.CALM),
        (run(26, 55, 919), DriftStatus.CALM),
        (run(60, 50, 890), DriftStatus.ALARM),
        (run(0, 50, 950), DriftStatus.ALARM),
        (run(20, 110, 870), DriftStatus.ALARM),
    ],
)
def test_only_a_change_beyond_chance_is_an_alarm(current, status):
    assert find_drift(current, CALM).status is status


def test_a_new_rule_that_only_allows_is_no_alarm():
    current = (*run(20, 50, 730), DecidingRule("Swimwear", Decision.ALLOW, 200))
    drift = find_drift(current, CALM)
    assert drift.psi > drift.noise_floor
    assert drift.status is DriftStatus.CALM


def test_a_significant_change_that_is_small_is_no_alarm():
    calm = [run(20_000, 50_000, 930_000)] * 28
    drift = find_drift(run(21_500, 50_000, 928_500), calm)
    assert drift.psi > drift.noise_floor
    assert drift.status is DriftStatus.CALM


def test_runs_that_differ_among_themselves_raise_the_noise_floor():
    uneven = [run(10, 25, 965), run(30, 75, 895)] * 14
    assert (
        find_drift(run(30, 75, 895), uneven).noise_floor > 3 * find_drift(run(30, 75, 895), CALM).noise_floor
    )


@pytest.mark.parametrize(
    ("current", "baseline", "words"),
    [
        (run(1, 1, 40), CALM, "58 more analyzed images in this run"),
        (run(20, 50, 930), CALM[:3], "4 more earlier runs"),
        (run(20, 50, 930), [run(1, 1, 98)] * 7, "300 more analyzed images in earlier runs"),
    ],
)
def test_with_too_few_data_there_is_no_alarm_and_the_report_says_what_is_missing(current, baseline, words):
    drift = find_drift(current, baseline)
    assert (drift.status, drift.psi, drift.noise_floor) == (DriftStatus.LEARNING, None, None)
    assert words in drift.missing


runs = st.builds(run, st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))


@given(st.just(()) | runs, st.lists(runs, max_size=10))
def test_any_runs_can_be_compared(current, baseline):
    drift = find_drift(current, baseline)
    assert drift.missing or (drift.psi >= 0 and drift.noise_floor > 0)
    for change in drift.changes:
        assert change.change_low - 1e-9 <= change.change_points <= change.change_high + 1e-9 or drift.missing


@pytest.mark.parametrize("images", [1_000, 10_000])
def test_of_thirty_nights_only_the_one_with_a_planted_shift_is_an_alarm(images):
    np = pytest.importorskip("numpy", reason="numpy comes with scipy, an oracle")
    dice, reports = np.random.default_rng(19), []
    for night in range(30):
        block = 0.07 if night == 21 else 0.02
        drawn = dice.multinomial(images, [block, 0.05, 0.95 - block]).tolist()
        reports.append(report_of(night_of(*drawn), night=night, reports=reports))
    assert [night for night, each in enumerate(reports) if each.drift.status is DriftStatus.ALARM] == [21]
