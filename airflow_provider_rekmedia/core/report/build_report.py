"""Builds the report of a run from its counts and from earlier reports."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from airflow_provider_rekmedia.core.images.prices import PRICE_REGION, PRICES_AS_OF, price_usd
from airflow_provider_rekmedia.core.verdicts.image_counts import ImageCounts
from airflow_provider_rekmedia.core.verdicts.verdict import Decision

from .baseline import baseline_of
from .drift import DriftStatus, find_drift
from .earlier_reports import earlier_run, images_billed_in_month, select_earlier
from .intervals import difference_interval, wilson_interval
from .report_file import Cost, ImageTotals, LabelCount, Provenance, Report, ReportedRun
from .report_tally import ReportTally

__all__ = ["build_report"]

#: More than the taxonomy has. Label names are untrusted, so their number and length have limits.
_MAX_LABELS: Final = 200
_MAX_NAME_CHARS: Final = 200


def build_report(
    *,
    counts: ImageCounts,
    tally: ReportTally,
    label_counts: Mapping[str, int],
    other_labels: int,
    billed: int,
    provenance: Provenance,
    reports: Sequence[Report] = (),
    month: Sequence[ReportedRun] = (),
) -> Report:
    """
    Build the report of a run.

    :param counts: Images by outcome.
    :param tally: Has counted the same images.
    :param label_counts: Images by label, most frequent first.
    :param other_labels: Pairs of an image and a label that *label_counts* lacks.
    :param billed: Images that the jobs of the run analyzed.
    :param reports: Reports of the last 28 runs, in any order.
    :param month: Other runs that were reported in the month of this run.
    """
    earlier = select_earlier(reports, provenance)
    baseline = baseline_of(earlier, provenance)
    drift = find_drift(
        tally.deciding_rules,
        [report.deciding_rules for report in baseline.reports],
        excluded_runs=baseline.excluded,
    )
    comparable = () if drift.status is DriftStatus.LEARNING else baseline.reports
    listed = dict(list(label_counts.items())[:_MAX_LABELS])
    return Report(
        provenance=provenance,
        images=_totals(counts, tally),
        cost=_cost(billed, images_billed_in_month([*reports, *month], provenance), provenance),
        deciding_rules=tally.deciding_rules,
        rules=tally.histograms,
        unused_rules=tally.unused_rules,
        labels=_labels(listed, counts.analyzed, comparable),
        other_labels=other_labels + sum(label_counts.values()) - sum(listed.values()),
        failures=tally.failures,
        drift=drift,
        earlier=tuple(map(earlier_run, earlier)),
    )


def _totals(counts: ImageCounts, tally: ReportTally) -> ImageTotals:
    # Counts by verdict may include images without a result, but the report shows these by themselves.
    analyzed = Counter[Decision]()
    for group in tally.deciding_rules:
        analyzed[group.verdict] += group.images
    return ImageTotals(
        manifest=counts.images,
        allow=analyzed[Decision.ALLOW],
        review=analyzed[Decision.REVIEW],
        block=analyzed[Decision.BLOCK],
        failed=counts.failed,
        unaccounted=counts.unaccounted,
    )


def _cost(images: int, earlier_images: int, run: Provenance) -> Cost:
    return Cost(
        run_images=images,
        run_usd=price_usd(images, earlier_this_month=earlier_images),
        month_usd=price_usd(images + earlier_images),
        month_images=images + earlier_images,
        month=run.created_at.strftime("%Y-%m"),
        price_region=PRICE_REGION,
        prices_as_of=PRICES_AS_OF,
    )


def _labels(images: Mapping[str, int], analyzed: int, baseline: Sequence[Report]) -> tuple[LabelCount, ...]:
    earlier: Counter[str] = Counter()
    for report in baseline:
        earlier.update({label.name: label.images for label in report.labels})
    total = sum(report.images.analyzed for report in baseline)
    return tuple(
        _label(name[:_MAX_NAME_CHARS], count, analyzed, (earlier[name[:_MAX_NAME_CHARS]], total))
        for name, count in images.items()
    )


def _label(name: str, images: int, analyzed: int, earlier: tuple[int, int]) -> LabelCount:
    # A job without a manifest may have more labels than images that are counted.
    total = max(analyzed, images)
    share = wilson_interval(images, total)
    label = LabelCount(
        name=name,
        images=images,
        share_pct=100 * images / max(1, total),
        share_low=100 * share.low,
        share_high=100 * share.high,
    )
    count, earlier_total = earlier
    if not earlier_total:
        return label
    interval = difference_interval(images, total, count, earlier_total)
    before = 100 * count / earlier_total
    return LabelCount(
        name=label.name,
        images=label.images,
        share_pct=label.share_pct,
        share_low=label.share_low,
        share_high=label.share_high,
        baseline_pct=before,
        change_points=label.share_pct - before,
        change_low=100 * interval.low,
        change_high=100 * interval.high,
    )
