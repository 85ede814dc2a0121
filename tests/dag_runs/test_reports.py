"""Both engines write a report in a real Airflow, and the next run compares itself with it."""

from datetime import timedelta

import pytest

from airflow_provider_rekmedia.core.report.report_file import decode_report


def report_of(photos, seen, task_id):
    uri = seen.xcom(task_id, "report")["json"]
    key = uri.removeprefix("s3://photos/")
    return decode_report(photos.client.get_object(Bucket="photos", Key=key)["Body"].read(), uri)


@pytest.fixture
def reports(night, photos, run_dag):
    """The reports of two nights of a Dag that runs both engines, by engine and night."""
    found = {}
    for number in (1, 2):
        night.put(f"new{number}.jpg")  # the second night has nothing else that can be analyzed
        seen = run_dag("both_engines", at=night.today + timedelta(days=number))
        assert seen.state == "success", seen.states()
        for engine in ("bulk", "per_image"):
            found[engine, number] = report_of(photos, seen, f"{engine}.results")
    return found


def test_both_engines_report_the_same_and_the_second_night_knows_the_first(reports):
    bulk, per_image = reports["bulk", 1], reports["per_image", 1]
    assert (bulk.images, bulk.deciding_rules, bulk.rules, bulk.cost) == (
        per_image.images,
        per_image.deciding_rules,
        per_image.rules,
        per_image.cost,
    )
    assert {label.name: label.images for label in bulk.labels} == {
        label.name: label.images for label in per_image.labels
    }
    assert (bulk.images.manifest, bulk.images.analyzed, bulk.images.failed) == (8, 6, 2)
    for engine in ("bulk", "per_image"):
        second = reports[engine, 2]
        assert [run.run_id for run in second.earlier] == [reports[engine, 1].provenance.run_id]
        assert second.cost.month_images == 6 + 1
