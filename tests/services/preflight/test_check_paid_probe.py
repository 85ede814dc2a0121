import pytest
from services.preflight.preflight_stage import findings_of

from airflow_provider_rekmedia.services.preflight.check_paid_probe import check_paid_probe


@pytest.mark.parametrize("source", ["s3://photos/", ["s3://photos/0.jpg", "s3://photos/1.jpg"]])
def test_one_image_is_analyzed_and_billed(stage, source):
    (line,) = findings_of(check_paid_probe, stage, source=source, paid_probe=True)

    assert line.startswith("ok paid probe s3://photos/0.jpg: analyzed, and billed as one image")
    assert stage.paid()[1] == 1


@pytest.mark.parametrize("source", ["s3://photos/empty/", "s3://photos/list.txt", None])
def test_a_source_without_a_known_image_is_a_note(stage, source):
    (line,) = findings_of(check_paid_probe, stage, source=source, paid_probe=True)

    assert line == "note paid probe: the source has no image to analyze"


def test_nothing_is_analyzed_unless_the_user_allows_it(stage):
    assert findings_of(check_paid_probe, stage) == []
    assert stage.paid()[1] == 0
