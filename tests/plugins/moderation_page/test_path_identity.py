import pytest

from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.plugins.moderation_page.path_identity import path_identity


@pytest.mark.parametrize(
    ("text", "index"), [("0", 0), ("12", 12), ("-1", -1), ("{MAP_INDEX}", -1), ("", -1), ("9" * 5_000, -1)]
)
def test_only_a_number_is_a_map_index(text, index):
    assert path_identity("night", "run", "review", text) == TaskIdentity("night", "run", "review", index)
