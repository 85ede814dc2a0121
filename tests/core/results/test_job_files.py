import json

from airflow_provider_rekmedia.core.results.job_files import JobFiles, RunFiles, encode_run_files


def test_the_file_has_a_version_and_every_field():
    job = JobFiles(
        job_id="a",
        manifest_uri=None,
        results_uri="s3://photos/a-results.jsonl",
        summary_uri=None,
        table_uris=("s3://photos/images.parquet",),
    )

    assert json.loads(encode_run_files(RunFiles(dag_id="dag", run_id="run", jobs=(job,)))) == {
        "version": 1,
        "dag_id": "dag",
        "run_id": "run",
        "jobs": [
            {
                "job_id": "a",
                "manifest_uri": None,
                "results_uri": "s3://photos/a-results.jsonl",
                "summary_uri": None,
                "table_uris": ["s3://photos/images.parquet"],
            }
        ],
    }
