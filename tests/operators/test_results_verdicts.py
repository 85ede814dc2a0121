"""The verdict files of the results operator."""

from operators.judging import moderate, read
from task_runner import FakeTaskInstance

from airflow_provider_rekmedia.adapters.results.verdict_files import iter_verdict_rows
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects

POLICY = {"name": "strict", "labels": {"Pills": {"block": 80}, "Swimwear or Underwear": "allow"}}


def rows_of(photos, verdicts):
    return list(iter_verdict_rows(verdicts["uris"], S3Objects(photos.client)))


def test_every_image_that_is_not_allowed_is_in_the_file_worst_first(job, photos):
    ti = FakeTaskInstance()

    told = read(job, ti, policy=POLICY, verdicts="s3://photos/verdicts/", max_xcom_items=1)

    assert told["verdicts"] == ti.xcoms["verdicts"]
    assert ti.xcoms["verdicts"]["images"] == told["counts"]["flagged"] == 4
    worst, *others = rows_of(photos, ti.xcoms["verdicts"])
    assert (worst.key, worst.verdict, worst.rule, worst.confidence) == (
        "uploads/pills.jpg",
        "block",
        "Pills",
        88.5,
    )
    assert (worst.dag_id, worst.run_id, worst.job_id) == (ti.dag_id, ti.run_id, job["job_id"])
    assert (worst.policy, worst.policy_digest) == ("strict", told["policy_digest"])
    assert {(row.rule, row.verdict) for row in others} == {("not_analyzed", "review")}


def test_a_retry_names_the_same_files_and_another_policy_writes_others(job, photos):
    first = read(job, verdicts="s3://photos/verdicts/")["verdicts"]

    assert read(job, verdicts="s3://photos/verdicts/")["verdicts"] == first
    other = read(job, verdicts="s3://photos/verdicts/", policy=POLICY)["verdicts"]

    assert not set(first["uris"]) & set(other["uris"])
    assert len(rows_of(photos, first)) == first["images"] == 5


def test_a_cut_list_is_a_warning_that_names_the_file(job, task_log):
    told = read(job, verdicts="s3://photos/verdicts/", max_xcom_items=1)

    (uri,) = told["verdicts"]["uris"]
    (warning,) = [each for each in task_log.messages if "XCom flagged is cut" in each]
    assert uri in warning


def test_without_a_prefix_nothing_is_written_and_no_xcom_is_pushed(job, photos):
    ti = FakeTaskInstance()

    assert read(job, ti, verdicts="None")["verdicts"] is None

    assert "verdicts" not in ti.xcoms


def test_a_run_whose_images_are_all_allowed_has_no_file(night):
    clean = moderate(night.put_manifest("s3://photos/uploads/cat.jpg"))

    assert read(clean, verdicts="s3://photos/verdicts/")["verdicts"] == {
        "version": 1,
        "uris": [],
        "images": 0,
        "run_images": 1,
    }
