import pytest

from airflow_provider_rekmedia.core.counted import counted


@pytest.mark.parametrize(("number", "text"), [(0, "0 images"), (1, "1 image"), (12_000, "12,000 images")])
def test_the_noun_agrees_with_the_number(number, text):
    assert counted(number, "image") == text
