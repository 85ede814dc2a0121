"""The examples of the docs run, on the emulator."""

from datetime import UTC, datetime
from importlib.metadata import version


def run_of(dag):
    when = "logical_date" if version("apache-airflow") >= "3" else "execution_date"
    return dag.test(**{when: datetime.now(UTC)})


def test_many_manifests_are_mapped_in_parts(how_to_many, photos):
    photos.client("s3").put_object(Bucket="photos", Key="avatars/a.jpg", Body=b"no image")

    run = run_of(how_to_many)

    states = {ti.task_id: str(ti.state) for ti in run.get_task_instances()}
    assert states.pop("new_images") == states.pop("moderate_part_0") == "success"
    assert {states.pop(f"part_{number}") for number in range(3)} == {"success"}
    assert set(states.values()) == {"skipped"}, "a part without manifests has nothing to do"


def test_the_examples_of_the_operator_pages_run(how_to, photos):
    run = run_of(how_to)

    instances = run.get_task_instances()
    assert {ti.task_id: str(ti.state) for ti in instances} == dict.fromkeys(how_to.task_ids, "success")
    (results,) = (ti for ti in instances if ti.task_id == "results")
    counts = results.xcom_pull(task_ids="results", key="counts")
    expected = {"images": 3, "analyzed": 2, "flagged": 1, "allow": 1, "review": 1, "block": 0}
    assert counts == expected | {"failed": 1, "unaccounted": 0}
    assert results.xcom_pull(task_ids="one", key="counts") == counts
    assert photos.usage()["jobs"] == 2
