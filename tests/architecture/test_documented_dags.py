"""The examples in the docs run on the emulator."""

from datetime import UTC, datetime
from importlib.metadata import version

import pytest

from airflow_provider_rekmedia.airflow_compat import DAG, task
from airflow_provider_rekmedia.operators.results import RekognitionMediaAnalysisResultsOperator


def run_of(dag, at=None):
    when = "logical_date" if version("apache-airflow") >= "3" else "execution_date"
    return dag.test(**{when: at or datetime.now(UTC)})


def test_many_manifests_are_split_into_parts_that_airflow_can_map(how_to_many, uploads, photos):
    photos.client.put_object(Bucket="photos", Key="avatars/a.jpg", Body=b"no image")

    run = run_of(how_to_many)

    states = {ti.task_id: str(ti.state) for ti in run.get_task_instances()}
    assert states.pop("new_images") == states.pop("moderate_part_0") == "success"
    assert {states.pop(f"part_{number}") for number in range(3)} == {"success"}
    assert set(states.values()) == {"skipped"}, "a part without manifests is skipped"


def test_the_parts_contain_every_manifest_once(how_to_many):
    manifests = list(range(3_072))
    parts = [how_to_many.get_task(f"part_{number}").python_callable(manifests, number) for number in range(3)]
    assert sorted(manifest for part in parts for manifest in part) == manifests
    assert {len(part) for part in parts} == {1_024}, "Airflow maps at most 1,024 by default"


def test_the_examples_of_the_operator_pages_run(how_to, uploads, photos, aws):
    now = datetime.now(UTC)
    decided = b"uri,decision\ns3://photos/uploads/pills.jpg,block\n"
    photos.client.put_object(Bucket="photos", Key=f"decisions/{now:%F}.csv", Body=decided)

    run = run_of(how_to, now)

    instances = run.get_task_instances()
    assert {ti.task_id: str(ti.state) for ti in instances} == dict.fromkeys(how_to.task_ids, "success")
    (results,) = (ti for ti in instances if ti.task_id == "results")
    counts = results.xcom_pull(task_ids="results", key="counts")
    expected = {"images": 3, "analyzed": 2, "flagged": 2, "allow": 1, "review": 2, "block": 0}
    assert counts == expected | {"failed": 1, "unaccounted": 0}
    assert results.xcom_pull(task_ids="one", key="counts") == counts
    assert aws.usage()["jobs"] == 2
    assert results.xcom_pull(task_ids="hide", key="return_value") == 0  # only blocked images are hidden
    flagged = results.xcom_pull(task_ids="results", key="flagged")
    assert [image["rule"] for image in flagged] == ["default", "not_analyzed"]
    reviewed = results.xcom_pull(task_ids="review_images.finish", key="counts")
    assert (reviewed["block"], reviewed["undecided"], reviewed["decisions"]) == (1, 1, 1)


def test_flagged_images_cannot_be_mapped_over_without_a_task_between():
    @task
    def hide(image):
        return image

    with DAG("direct", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)):
        results = RekognitionMediaAnalysisResultsOperator(task_id="results", job="abc")

        with pytest.raises(ValueError, match="custom key"):
            hide.expand(image=results.output["flagged"])
