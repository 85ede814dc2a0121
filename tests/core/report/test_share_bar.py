import pytest
from core.report.reports import night_of, report_of
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.report.share_bar import label_bars, parts_of


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 10**9), max_size=6))
def test_parts_fill_the_bar_in_order_and_each_can_be_seen(images):
    parts = parts_of(images)
    assert [part.name for part in parts] == [name for name, count in images.items() if count]
    x = 0.0
    for part in parts:
        assert part.x == pytest.approx(x, abs=0.2)
        assert part.width >= 3.8
        x = part.x + part.width
    assert not parts or x == pytest.approx(1000, abs=0.5)


def test_large_parts_are_in_proportion():
    first, second = parts_of({"block": 250, "allow": 750})
    assert (first.width, second.width) == (250, 750)


def test_labels_share_one_scale():
    many, few = label_bars(report_of(night_of(40, 20, 40)).labels)
    assert many.width == pytest.approx(2 * few.width, abs=0.2)
    assert many.low < many.width < many.high <= 160
    assert label_bars([]) == ()
