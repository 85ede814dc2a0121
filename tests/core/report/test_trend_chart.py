import pytest
from core.report.reports import night_of, report_of
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.report.earlier_reports import earlier_run
from airflow_provider_rekmedia.core.report.trend_chart import trend_chart


def runs_of(*nights, **changes):
    return [
        earlier_run(report_of(night_of(*counts), night=day, **changes)) for day, counts in enumerate(nights)
    ]


counts = st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))


@given(st.lists(counts, min_size=1, max_size=29))
def test_columns_are_within_the_chart_side_by_side_and_in_proportion(nights):
    chart = trend_chart(runs_of(*nights))
    right = chart.left
    for column in chart.columns:
        assert column.x >= right
        right = column.x + column.width
        assert right <= chart.right + 0.1
        assert chart.top - 0.1 <= column.review_y <= column.block_y <= chart.bottom
        assert column.block_y + column.block_height == pytest.approx(chart.bottom)
        assert column.review_y + column.review_height == pytest.approx(column.block_y)
        assert column.x < column.center < right


def test_heights_match_known_shares():
    first, second = trend_chart(runs_of((10, 20, 70), (20, 0, 80))).columns
    assert (first.block_pct, first.review_pct, second.block_pct) == (10, 20, 20)
    assert first.review_height == pytest.approx(2 * first.block_height, abs=0.2)
    assert second.block_height == pytest.approx(2 * first.block_height, abs=0.2)


def test_a_change_of_policy_or_model_is_marked():
    runs = runs_of((1, 1, 1), (1, 1, 1)) + runs_of((1, 1, 1), (1, 1, 1), model_versions=("8.0",))
    assert [column.is_changed for column in trend_chart(runs).columns] == [False, False, True, False]


def test_the_last_column_has_a_date_and_few_others_do():
    columns = trend_chart(runs_of(*[(1, 1, 1)] * 29)).columns
    assert columns[-1].text == "29 Nov"
    assert 4 <= sum(bool(column.text) for column in columns) <= 8
