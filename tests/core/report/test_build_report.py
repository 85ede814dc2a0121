import pytest
from core.report.reports import image, night_of, report_of
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.report.drift import DriftStatus
from airflow_provider_rekmedia.core.results.image_result import Detection, ImageResult, ModerationLabel
from airflow_provider_rekmedia.core.results.outcomes import UNACCOUNTED, ImageFailure


@given(*[st.integers(0, 30)] * 5)
def test_every_line_of_the_manifests_is_in_the_report_once(block, review, allow, failed, unaccounted):
    failures = [ImageFailure(None, "X", "m")] * failed
    failures.append(ImageFailure(None, UNACCOUNTED, "m", lines=unaccounted))
    report = report_of(night_of(block, review, allow), failures)
    images = report.images
    assert (images.block, images.review, images.allow) == (block, review, allow)
    assert images.manifest == images.analyzed + failed + unaccounted
    assert sum(group.images for group in report.deciding_rules) == images.analyzed
    assert sum(failure.images for failure in report.failures) == images.not_analyzed


def test_the_cost_of_the_month_includes_earlier_runs():
    reports = [report_of(night_of(0, 0, 2_000), night=night) for night in range(3)]
    cost = report_of(night_of(0, 0, 1_000), night=3, reports=reports).cost
    assert (cost.run_usd, cost.month_usd, cost.month_images, cost.month) == (1.0, 7.0, 7_000, "2026-11")


def test_labels_have_shares_with_intervals_and_no_change_while_the_baseline_is_small():
    (label,) = report_of(night_of(5, 0, 95), night=1, reports=[report_of(night_of(1, 0, 9))]).labels
    assert (label.name, label.images, label.share_pct) == ("Explicit", 5, 5.0)
    assert label.share_low < 5 < label.share_high
    assert label.change_points is None


def test_labels_are_compared_with_the_baseline():
    reports = [report_of(night_of(4, 10, 186), night=night) for night in range(8)]
    report = report_of(night_of(20, 10, 170), night=8, reports=reports)
    explicit, alcohol = sorted(report.labels, key=lambda label: -label.images)
    assert (explicit.baseline_pct, explicit.change_points) == (2.0, 8.0)
    assert explicit.change_low > 0
    assert alcohol.change_low < alcohol.change_points == 0 < alcohol.change_high
    assert report.drift.status is DriftStatus.ALARM


def test_many_or_long_labels_are_counted_together():
    labels = tuple(ModerationLabel(f"{number:03}" * 75, 60.0) for number in range(250))
    report = report_of([ImageResult("s3://b/k", Detection(labels))])
    assert len(report.labels) == 200
    assert report.other_labels == 50
    assert max(len(label.name) for label in report.labels) == 200


def test_more_labels_than_images_are_no_error():
    labels = (ModerationLabel("Explicit", 90.0),)
    report = report_of([ImageResult("s3://b/k", Detection(labels)), image()])
    assert report.labels[0].share_pct == pytest.approx(50)
    assert report_of().labels == ()
