import pytest

from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.services.per_image.options import PerImageOptions


@pytest.mark.parametrize(
    "changes", [{}, {"max_tps": 0.001}, {"max_concurrency": 1}, {"max_concurrency": 1_000}]
)
def test_the_ends_of_the_ranges_are_allowed(changes):
    PerImageOptions(**changes).validate()


@pytest.mark.parametrize(
    ("changes", "argument"),
    [
        ({"max_tps": 0.0}, "max_tps"),
        ({"max_tps": float("inf")}, "max_tps"),
        ({"max_tps": float("nan")}, "max_tps"),
        ({"max_concurrency": 0}, "max_concurrency"),
        ({"max_concurrency": 1_001}, "max_concurrency"),
    ],
)
def test_a_number_out_of_its_range_is_refused(changes, argument):
    with pytest.raises(InvalidArgument) as caught:
        PerImageOptions(**changes).validate()
    assert caught.value.fields["argument"] == argument
