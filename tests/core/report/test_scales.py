from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.report.scales import LinearScale, Tick, compact, nice_ticks, ticks_of

largest = st.floats(1e-6, 1e12) | st.integers(1, 10**9).map(float)


@given(largest, st.integers(2, 10))
def test_ticks_cover_the_values_in_few_equal_nice_steps(value, wanted):
    ticks = nice_ticks(value, wanted)
    steps = [after - before for before, after in pairwise(ticks)]
    assert ticks[0] == 0
    assert ticks[-1] >= value * (1 - 1e-8)
    assert ticks[-2] < value
    assert 2 <= len(ticks) <= wanted + 2
    assert max(steps) - min(steps) <= 1e-6 * ticks[-1]
    assert f"{steps[0]:.6e}"[0] in "125" or f"{steps[0]:.6e}".startswith("9.99999")


def test_known_ticks():
    assert nice_ticks(0) == [0, 1]
    assert nice_ticks(1) == [0, 0.5, 1]
    assert nice_ticks(14) == [0, 5, 10, 15]
    assert nice_ticks(100) == [0, 50, 100]
    assert nice_ticks(0.3) == [0, 0.1, 0.2, 0.3]


@given(largest, st.floats(-1000, 1000), st.floats(-1000, 1000), st.floats(0, 2), st.floats(0, 2))
def test_a_scale_keeps_order_and_stays_within_its_ends(top, start, end, first, second):
    scale = LinearScale(top, start, end)
    low, high = sorted((start, end))
    one, two = scale(min(first, second) * top), scale(max(first, second) * top)
    assert low - 0.06 <= min(one, two) <= max(one, two) <= high + 0.06
    assert one == two or (one < two) == (start < end)
    assert scale(0) == round(start, 1)
    assert abs(scale(top) - end) < 0.06


def test_ticks_have_texts():
    assert ticks_of([0, 5], LinearScale(10, 100, 0), " %") == [Tick(100, "0 %"), Tick(50, "5 %")]


@given(st.floats(0, 1e12))
def test_numbers_are_short(number):
    assert len(compact(number)) <= 7


def test_numbers_have_units():
    shown = [compact(number) for number in (0, 0.25, 7, 950, 1_200, 35_000_000, 2_000_000_000)]
    assert shown == ["0", "0.25", "7", "950", "1.2k", "35M", "2B"]
