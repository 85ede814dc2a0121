import msgspec
from core.report.qualities import review_quality

from airflow_provider_rekmedia.core.report.quality_bars import precision_bars
from airflow_provider_rekmedia.core.report.review_quality import Estimate


def test_bars_are_on_a_scale_of_all_percent():
    rule = review_quality().rules[0]
    half = msgspec.structs.replace(rule, precision=Estimate(value=50.0, low=25.0, high=100.0))
    (bar,) = precision_bars([half])
    assert (bar.width, bar.low, bar.high) == (80, 40, 160)


def test_a_rule_without_an_estimate_has_no_bar():
    rule = review_quality().rules[0]
    (bar,) = precision_bars([msgspec.structs.replace(rule, precision=Estimate(missing="data"))])
    assert (bar.width, bar.low, bar.high) == (0, 0, 0)
