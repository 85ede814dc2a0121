"""A Dag does not see which engine did its job."""

import io
from datetime import timedelta

import pyarrow as pa
import pyarrow.parquet as pq
from dag_runs.conftest import load_dag
from emulated import NIGHT

#: What must differ: who did it, and when.
OF_THE_JOB = ("job_id", "analyzed_at", "engine")


def table_of(photos, run, engine, name):
    """One table of a run, its rows in an order of their own."""
    tables = [
        pq.read_table(io.BytesIO(photos.client.get_object(Bucket="photos", Key=key)["Body"].read()))
        for uri in run.xcom(f"{engine}.results")["table_uris"]
        if f"/{name}/" in (key := uri.removeprefix("s3://photos/"))
    ]
    table = pa.concat_tables(tables)
    return table.drop_columns([name for name in OF_THE_JOB if name in table.column_names])


def test_both_engines_end_alike(night, aws, run_dag, photos):
    """One run, because it is slow: first its tables, then its XComs."""
    aws.configure(shuffle_results=False)
    run = run_dag("both_engines")
    assert run.state == "success", run.states()
    check_that_both_engines_leave_equal_tables(run, photos)
    check_that_both_engines_end_with_the_same_xcoms(run, aws)


def check_that_both_engines_leave_equal_tables(run, photos):
    for name in ("images", "labels"):
        bulk, per_image = (table_of(photos, run, engine, name) for engine in ("bulk", "per_image"))

        assert per_image.schema == bulk.schema
        assert per_image.num_rows > 3
        rows = [sorted(map(str, table.to_pylist())) for table in (bulk, per_image)]
        assert rows[0] == rows[1], name


def check_that_both_engines_end_with_the_same_xcoms(run, aws):
    for key in ("counts", "flagged", "errors", "label_counts"):
        bulk, per_image = (run.xcom(f"{engine}.results", key) for engine in ("bulk", "per_image"))
        compared = [
            [{name: value for name, value in item.items() if name != "message"} for item in found]
            if key == "errors"
            else found
            for found in (bulk, per_image)
        ]
        assert compared[0] == compared[1], key
    assert run.xcom("per_image.results", "label_counts") == NIGHT["label_counts"]
    assert aws.usage()["images_billed"] == 10
    jobs = [run.xcom(f"{engine}.moderate", map_index=0) for engine in ("bulk", "per_image")]
    assert list(jobs[0]) == list(jobs[1])
    assert [job["engine"] for job in jobs] == ["bulk", "per_image"]
    assert all(jobs[1].values())


def test_the_example_runs_on_an_account_that_is_closed_to_bulk_analysis(night, aws, run_dag):
    aws.inject("closed")

    run = run_dag("moderate_images", at=night.today + timedelta(days=1))

    assert run.state == "success", run.states()
    assert run.xcom("moderate_images.results", "counts")["analyzed"] == 5
    assert aws.usage()["images_billed"] == 5


def test_a_second_night_of_the_example_pays_no_image_again(night, aws, run_dag):
    for days in (1, 2):
        run = run_dag("moderate_images", at=night.today + timedelta(days=days))

    # The broken file is not sent again. The small image is, until its attempts are used up.
    assert run.xcom("moderate_images.manifest", "skipped")["already_analyzed"] == 5
    assert aws.usage()["images_billed"] == 5


def test_the_example_with_a_ledger_runs_one_night_at_a_time(dags_folder):
    assert load_dag(dags_folder / "moderate_images.py").max_active_runs == 1
