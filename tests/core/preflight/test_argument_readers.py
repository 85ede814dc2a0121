import pytest

from airflow_provider_rekmedia.core.errors import InvalidInput
from airflow_provider_rekmedia.core.preflight.argument_readers import iter_argument_errors, read_argument


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("source", "s3://photos/*.jpg"),
        ("max_failed", "many"),
        ("max_share", "5"),
        ("output", "photos/out/"),
        ("on_drift", "shout"),
        ("min_confidence", 0.8),
        ("max_images", 10_001),
        ("timeout", 0),
        ("modified_after", "yesterday"),
        ("review", "photos/review/"),
        ("previews", "perhaps"),
        ("decisions_file", "decisions.csv"),
        ("report", "photos/report/"),
        ("report", "photos/report/report.json"),
        ("max_loss", 2),
        ("reviewer_errors", {"missed": 0.9, "wrong": 0.2}),
    ],
)
def test_a_wrong_value_is_an_error(name, value):
    with pytest.raises(InvalidInput):
        read_argument(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("source", None),
        ("unknown", object()),
        ("output", "s3://b/p/"),
        ("on_drift", "warn"),
        ("report", "s3://b/report/"),
        ("report", "s3://b/report/dag/run/report.json"),
        ("max_loss", "0.05"),
        ("reviewer_errors", {"missed": 0.05, "wrong": 0.002}),
    ],
)
def test_a_value_that_can_be_used_or_is_not_known_passes(name, value):
    read_argument(name, value)


def test_every_error_is_found():
    errors = dict(
        iter_argument_errors({"max_cost": "dear", "ledger": "s3://b/l/", "scan": "a", "holds": "x"})
    )

    assert sorted(errors) == ["holds", "max_cost"]
