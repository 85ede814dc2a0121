"""Runs of the manifest operator that select no image."""

import pytest
from operators.test_manifest import create
from task_runner import FakeTaskInstance

from airflow_provider_rekmedia.airflow_compat import AirflowFailException, AirflowSkipException


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"source": "s3://photos/nowhere"}, "it has no object at all below s3://photos/nowhere/"),
        ({"source": "s3://photos/documents/"}, r"none of the objects found \(1\) is an image"),
        (
            {"source": ["s3://photos/uploads/gone.jpg"], "ledger": "s3://photos/ledger/"},
            r"none of the objects found \(1\)",
        ),
        ({"source": "s3://photos/uploads/*.jpg"}, "it is a glob"),
        ({"modified_after": "2026-11-20", "modified_before": "2026-11-20"}, "CronDataIntervalTimetable"),
        ({"modified_after": "2026-11-21", "modified_before": "2026-11-20"}, "it is after modified_before"),
    ],
)
def test_a_source_or_window_that_cannot_be_right_fails_the_task(photos, changes, problem):
    photos.put("a.jpg")
    photos.client.put_object(Bucket="photos", Key="documents/notes.txt", Body=b"x")

    with pytest.raises(AirflowFailException, match=problem):
        create(**changes)


@pytest.mark.parametrize("changes", [{"source": []}, {"modified_before": "2026-01-01"}])
def test_a_night_without_new_images_makes_no_manifest(photos, changes):
    photos.put("a.jpg")
    ti = FakeTaskInstance()

    assert create(ti, **changes) == []
    assert ti.xcoms["images"] == 0


def test_on_empty_decides_about_a_night_without_images(photos):
    window = {"modified_before": "2026-01-01"}
    photos.put("a.jpg")
    assert create(on_empty="empty", **window) == []
    for changes in (window, {"source": "s3://photos/nowhere/"}):
        with pytest.raises(AirflowSkipException):
            create(on_empty="skip", **changes)
    with pytest.raises(AirflowFailException, match=r"no image to analyze.*Nothing was written"):
        create(FakeTaskInstance(run_id="fails"), on_empty="fail", **window)
    written = photos.client.list_objects_v2(Bucket="photos", Prefix="manifests")["Contents"]
    assert not [each["Key"] for each in written if "fails" in each["Key"]]
