"""The examples of the docs run, on the emulator."""

from datetime import UTC, datetime
from importlib.metadata import version


def test_the_examples_of_the_operator_pages_run(how_to, photos):
    when = "logical_date" if version("apache-airflow") >= "3" else "execution_date"

    run = how_to.test(**{when: datetime.now(UTC)})

    instances = run.get_task_instances()
    assert {ti.task_id: str(ti.state) for ti in instances} == dict.fromkeys(how_to.task_ids, "success")
    (results,) = (ti for ti in instances if ti.task_id == "results")
    counts = results.xcom_pull(task_ids="results", key="counts")
    assert counts == {"images": 3, "analyzed": 2, "flagged": 1, "failed": 1, "unaccounted": 0}
    assert results.xcom_pull(task_ids="one", key="counts") == counts
    assert photos.usage()["jobs"] == 2
