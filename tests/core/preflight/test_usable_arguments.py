from airflow_provider_rekmedia.core.preflight.run_arguments import RunArguments
from airflow_provider_rekmedia.core.preflight.usable_arguments import UsableArguments


def test_the_filter_of_the_source_has_every_condition():
    manifest = {
        "source": ["s3://b/1.jpg"],
        "pattern": "a*",
        "min_bytes": "1",
        "max_bytes": 9,
        "modified_after": "2026-01-01",
        "modified_before": "2026-01-02",
    }

    found = UsableArguments(RunArguments(engine="bulk", manifest=manifest)).image_filter()

    assert found.extensions is None, "the user names each image"
    assert (found.pattern, found.min_bytes, found.max_bytes) == ("a*", 1, 9)
    assert (found.modified_after.day, found.modified_before.day) == (1, 2)


def test_no_actions_are_no_verbs():
    assert UsableArguments(RunArguments(engine="bulk")).verbs() == frozenset()
