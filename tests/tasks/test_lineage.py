import json

import pytest
from openlineage.client import serde
from openlineage.client.event_v2 import Job, Run, RunEvent, RunState
from openlineage.client.generated.base import set_producer

from airflow_provider_rekmedia.adapters.results.tables import TableFile
from airflow_provider_rekmedia.tasks.lineage import lineage_of


def emitted(lineage):
    """What the real client makes of it, as JSON."""
    set_producer("https://github.com/example/example")
    event = RunEvent(
        eventType=RunState.COMPLETE,
        eventTime="2026-11-20T12:00:00Z",
        run=Run(runId="01939a2e-0000-7000-8000-000000000000"),
        job=Job(namespace="airflow", name="nightly.results"),
        inputs=lineage.inputs,
        outputs=lineage.outputs,
    )
    return json.loads(serde.Serde.to_json(event))


def names(datasets):
    return [(dataset["namespace"], dataset["name"]) for dataset in datasets]


def file(table, job_id, *, rows, size_bytes, folder="tables/"):
    return TableFile(
        folder=f"s3://photos/{folder}{table}",
        uri=f"s3://photos/{folder}{table}/analyzed_date=2026-11-20/{job_id}.parquet",
        rows=rows,
        size_bytes=size_bytes,
        columns={"uri": "string", "confidence": "float"},
    )


def test_the_real_client_accepts_the_facets():
    event = emitted(
        lineage_of(["s3://photos/a b.jpg", "s3://photos/a b.jpg", "s3://photos/uploads/"], ["s3://photos"])
    )

    assert names(event["inputs"]) == [("s3://photos", "a b.jpg"), ("s3://photos", "uploads/")]
    assert names(event["outputs"]) == [("s3://photos", "/")]


def test_a_table_has_one_dataset_name_for_all_jobs():
    files = [
        file("labels", "j1", rows=7, size_bytes=10),
        file("images", "j1", rows=2, size_bytes=30),
        file("labels", "j2", rows=0, size_bytes=5),
        file("images", "j2", rows=3, size_bytes=40),
    ]

    tables = emitted(lineage_of([], [], tables=files))["outputs"]

    assert names(tables) == [("s3://photos", "tables/labels"), ("s3://photos", "tables/images")]


def test_a_table_has_the_name_that_the_client_gives_to_its_partitions():
    trimmers = pytest.importorskip("openlineage.client.dataset.trimmers", reason="a newer client")
    written = file("labels", "j1", rows=7, size_bytes=10)

    (table,) = emitted(lineage_of([], [], tables=[written]))["outputs"]

    partition = written.uri.removeprefix("s3://photos/").rpartition("/")[0]
    assert trimmers.KeyValueTrimmer().trim(partition) == table["name"]


def test_the_statistics_of_a_table_cover_all_files_of_a_run():
    files = [file("images", "j1", rows=2, size_bytes=30), file("images", "j2", rows=3, size_bytes=40)]

    (table,) = emitted(lineage_of([], [], tables=files))["outputs"]

    statistics = table["outputFacets"]["outputStatistics"]
    assert (statistics["rowCount"], statistics["size"]) == (5, 70)
    fields = table["facets"]["schema"]["fields"]
    assert [(field["name"], field["type"]) for field in fields] == [
        ("uri", "string"),
        ("confidence", "float"),
    ]


def test_a_table_at_the_top_of_a_bucket_has_no_prefix():
    (table,) = emitted(lineage_of([], [], tables=[file("images", "j1", rows=1, size_bytes=1, folder="")]))[
        "outputs"
    ]

    assert names([table]) == [("s3://photos", "images")]
