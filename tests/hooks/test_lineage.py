import json

from openlineage.client import serde
from openlineage.client.event_v2 import Job, Run, RunEvent, RunState
from openlineage.client.generated.base import set_producer

from airflow_provider_rekmedia.hooks.lineage import lineage_of


def test_the_real_client_takes_what_a_task_tells():
    set_producer("https://github.com/example/example")
    lineage = lineage_of(
        ["s3://photos/a b.jpg", "s3://photos/a b.jpg", "s3://photos/uploads/"], ["s3://photos"]
    )
    event = RunEvent(
        eventType=RunState.COMPLETE,
        eventTime="2026-11-20T12:00:00Z",
        run=Run(runId="01939a2e-0000-7000-8000-000000000000"),
        job=Job(namespace="airflow", name="nightly.results"),
        inputs=lineage.inputs,
        outputs=lineage.outputs,
    )
    told = json.loads(serde.Serde.to_json(event))
    assert [(each["namespace"], each["name"]) for each in told["inputs"]] == [
        ("s3://photos", "a b.jpg"),
        ("s3://photos", "uploads/"),
    ]
    assert [(each["namespace"], each["name"]) for each in told["outputs"]] == [("s3://photos", "/")]
