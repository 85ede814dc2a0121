import pytest

from airflow_provider_rekmedia.core.learning.audit import (
    AuditedStratum,
    audited_strata,
    missing_audits,
    share_of,
)
from airflow_provider_rekmedia.core.report.intervals import wilson_interval


def sample(stratum, audited, found, probability):
    return [(stratum, probability, number < found) for number in range(audited)]


def test_share_weighs_each_image_by_its_inclusion_probability():
    np = pytest.importorskip("numpy", reason="numpy comes with scipy, an oracle")
    images = [*sample("near", 100, 10, 0.5), *sample("near", 50, 1, 0.01), *sample("clean", 400, 2, 0.04)]
    found = share_of(audited_strata(images)).value
    weights = [1 / probability for _, probability, _ in images]
    assert found == pytest.approx(np.average([float(bad) for *_, bad in images], weights=weights))


def test_one_stratum_with_equal_weights_has_the_interval_of_wilson():
    (stratum,) = audited_strata(sample("clean", 500, 3, 1e-9)).values()
    wilson = wilson_interval(3, 500)
    found = stratum.share.interval
    assert (found.low, found.high) == pytest.approx((wilson.low, wilson.high))


def test_unequal_weights_widen_the_interval():
    equal = audited_strata(sample("clean", 500, 3, 0.01))["clean"]
    images = [*sample("clean", 250, 2, 0.02), *sample("clean", 250, 1, 0.005)]
    unequal = audited_strata(images)["clean"]
    assert unequal.effective < equal.effective == pytest.approx(500)


def test_no_violation_found_has_an_upper_bound_above_zero():
    found = share_of(audited_strata([*sample("near", 300, 0, 0.5), *sample("clean", 1_000, 0, 0.01)]))
    assert (found.value, found.interval.low) == (0, 0)
    assert 0.0035 < found.interval.high < 0.004


def test_an_audit_of_all_images_is_exact():
    found = share_of(audited_strata(sample("near", 200, 20, 1.0)))
    assert found.interval.low == found.interval.high == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("images", "missing"),
    [
        ([], 500),
        (sample("clean", 450, 0, 0.01), 50),
        ([*sample("near", 60, 0, 0.1), *sample("clean", 600, 0, 0.01)], 40),
        ([*sample("near", 60, 0, 1.0), *sample("clean", 600, 0, 0.01)], 0),
        (sample("clean", 80, 0, 1.0), 0),
        ([*sample("near", 100, 0, 0.1), *sample("clean", 400, 0, 0.01)], 0),
    ],
    ids=["none", "too few", "too few near", "all of a small part", "all of a small run", "enough"],
)
def test_missing_audits_are_counted(images, missing):
    assert missing_audits(audited_strata(images)) == missing


def test_strata_count_images_and_violations():
    assert audited_strata(sample("near", 4, 1, 0.5)) == {"near": AuditedStratum(4, 1, 8.0, 2.0, 16.0)}
