"""The example that asks a person before it acts."""

import importlib.util
import re
from importlib.metadata import version

import pytest

HAS_APPROVALS = [int(part) for part in re.findall(r"\d+", version("apache-airflow"))[:2]] >= [3, 1]


@pytest.fixture
def module(dags_folder):
    spec = importlib.util.spec_from_file_location("approved_actions", dags_folder / "approved_actions.py")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@pytest.mark.skipif(not HAS_APPROVALS, reason="Airflow 3.1 has the first ApprovalOperator")
def test_the_approval_is_between_the_dry_run_and_the_action(module):
    dag = module.dag

    assert dag.get_task("plan").writes_nothing is True
    assert dag.get_task("approval").upstream_task_ids == {"plan"}
    assert dag.get_task("quarantine").upstream_task_ids == {"approval", "moderate_images.results"}
    assert dag.get_task("plan").actions == dag.get_task("quarantine").actions


@pytest.mark.skipif(HAS_APPROVALS, reason="this Airflow has an ApprovalOperator")
def test_an_older_airflow_has_a_dag_without_tasks(module):
    assert module.dag.task_ids == []


def test_paths_are_sent_in_the_sizes_that_cloudfront_accepts(module, monkeypatch):
    sent = []

    class CloudFront:
        def create_invalidation(self, DistributionId, InvalidationBatch):  # noqa: N803 boto3's names
            sent.append(InvalidationBatch)

    paths = [f"/{number}.jpg" for number in range(3_001)]
    monkeypatch.setattr(module, "AwsBaseHook", lambda **_: type("Hook", (), {"conn": CloudFront()}))
    monkeypatch.setattr(module.S3Hook, "read_key", lambda *_: "\n".join(paths))
    file = {"uri": "s3://photos/log/invalidation-photos.txt", "paths": 3_001}

    module.invalidate.function({"invalidation_paths": {"photos": file}, "action_log": "s3://photos/log/"})

    assert [batch["Paths"]["Quantity"] for batch in sent] == [3_000, 1]
    assert [path for batch in sent for path in batch["Paths"]["Items"]] == paths
    assert len({batch["CallerReference"] for batch in sent}) == 2
