import re

import pytest
from core.report.policies import images, policies
from core.report.reports import image, report_of
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.report.report_tally import ReportTally
from airflow_provider_rekmedia.core.report.rule_chart import rule_chart
from airflow_provider_rekmedia.core.report.rule_histogram import VerdictCounts, what_if
from airflow_provider_rekmedia.core.results.outcomes import Outcomes


def chart_of(*results):
    report = report_of(results)
    counts = VerdictCounts(report.images.allow, report.images.review, report.images.block)
    return rule_chart(report.rules[0], counts)


def coordinates(path):
    return [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path)]


@given(st.lists(images, min_size=1, max_size=8), policies)
def test_every_rule_with_images_can_be_drawn(results, policy):
    tally = ReportTally(policy)
    words = [verdict.decision for verdict in tally.judge(Outcomes(results))]
    current = VerdictCounts(*(words.count(word) for word in ("allow", "review", "block")))
    for histogram in tally.histograms:
        chart = rule_chart(histogram, current)
        assert chart.low <= chart.lowest_seen
        assert sum(map(sum, chart.counts)) == histogram.images
        for x, y in coordinates(chart.bars) + coordinates(chart.lines.block + "L" + chart.lines.review[1:]):
            assert chart.left <= x <= chart.right
            assert chart.top <= y <= chart.bottom
        for row in chart.rows:
            assert row.block == what_if(histogram, current, block=row.at, review=histogram.review)
            assert row.review == what_if(histogram, current, block=histogram.block, review=row.at)


def test_bars_are_as_high_as_their_counts():
    bars = chart_of(image(Explicit=60), image(Explicit=90), image(Explicit=90.9)).bars
    tops = [float(top) for top in re.findall(r"V([\d.]+)H", bars)]
    assert len(tops) == 2
    assert 124 - tops[1] == pytest.approx(2 * (124 - tops[0]))


def test_a_confidence_of_exactly_100_is_drawn_within_the_axis():
    chart = chart_of(image(Explicit=100))
    ((x, _),) = coordinates(chart.bars)
    assert chart.right - 12 < x < chart.right


def test_thresholds_and_rows_are_those_of_the_rule():
    chart = chart_of(image(Explicit=62.5))
    assert [(limit.name, limit.at) for limit in chart.thresholds] == [("block", 80), ("review", 55)]
    assert chart.low == 50
    assert [row.at for row in chart.rows][-2:] == [100, None]
    assert [row.at for row in chart.rows if row.is_block_now] == [80]
    assert [row.at for row in chart.rows if row.is_review_now] == [55]


def test_a_fractional_threshold_has_a_row():
    (chart,) = [rule_chart(report_of([image(Alcohol=75)]).rules[0], VerdictCounts(0, 1, 0))]
    assert 70.5 in [row.at for row in chart.rows]
    assert chart.thresholds[0].x == chart.right
