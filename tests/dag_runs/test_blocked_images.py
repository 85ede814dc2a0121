import importlib.util
from datetime import UTC, datetime

from dag_runs.conftest import AIRFLOW_3

RESULT = (
    b'{"source-ref": "s3://photos/beer.jpg", "detect-moderation-labels": {"ModerationLabels":'
    b' [{"Name": "Alcohol", "Confidence": 91, "ParentName": "", "TaxonomyLevel": 1}]}}\n'
)


def test_the_table_of_verdicts_drives_a_dag(photos, airflow_database, dags_folder):
    photos.client.put_object(Bucket="photos", Key="moderation/jobs/1f2e-results.jsonl", Body=RESULT)
    spec = importlib.util.spec_from_file_location("blocked_images", dags_folder / "blocked_images.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    when = "logical_date" if AIRFLOW_3 else "execution_date"

    judging = module.judged.dag.test(**{when: datetime.now(UTC)})

    assert str(judging.state) == "success"
    (told,) = (ti.xcom_pull(task_ids="judged") for ti in judging.get_task_instances())
    assert told["counts"]["block"] == 1
    assert module.VERDICTS in module.judged.outlets
    assert module.acted.operator.inlets == module.judged.outlets
