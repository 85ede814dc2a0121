"""The report of the results operator, over results that a job on the emulator wrote."""

import json
from datetime import UTC, datetime, timedelta

import duckdb
import pytest
from adapters.report.parsed_page import ParsedPage
from operators.judging import moderate, read
from task_runner import FakeTaskInstance

from airflow_provider_rekmedia.airflow_compat import AirflowFailException
from airflow_provider_rekmedia.core.report.report_file import decode_report
from airflow_provider_rekmedia.operators.results import RekognitionMediaAnalysisResultsOperator

REPORT = "s3://photos/report/"
POLICY = {"name": "strict", "labels": {"Pills": {"block": 80}, "Swimwear or Underwear": {"review": 90}}}


def get(photos, uri):
    return photos.client.get_object(Bucket="photos", Key=uri.removeprefix("s3://photos/"))["Body"].read()


def report_of(photos, ti):
    uri = ti.xcoms["report"]["json"]
    return decode_report(get(photos, uri), uri)


def run_of(day, **changes):
    return FakeTaskInstance(task_id="results", run_id=f"scheduled__2026-11-{day:02}", **changes)


def judge(job, ti, **changes):
    return read(job, ti, **{"report": REPORT, "policy": POLICY} | changes)


def test_the_xcom_names_the_files_and_has_the_headline(job, photos):
    ti = run_of(1)

    told = judge(job, ti)

    xcom = ti.xcoms["report"]
    assert told["report"] == xcom
    assert xcom["html"].startswith("s3://photos/report/dag/results/scheduled__2026-11-01-")
    for name in ("html", "latest_html", "json", "latest_json"):
        assert get(photos, xcom[name])
    assert get(photos, xcom["json"]) == get(photos, xcom["latest_json"])
    assert xcom["headline"].startswith("4 of 6 images need a person. 1 blocked, 1 to review")
    assert (xcom["version"], xcom["drift"], xcom["drift_change"]) == (1, "learning", "")
    assert ParsedPage(get(photos, xcom["html"])).problems() == []


def test_the_figures_are_those_of_the_tables(job, photos, tmp_path):
    ti = run_of(1)
    told = judge(job, ti, parquet="s3://photos/tables/")
    report = report_of(photos, ti)
    for uri in told["table_uris"]:
        (tmp_path / uri.removeprefix("s3://photos/tables/").replace("/", "_")).write_bytes(get(photos, uri))

    def query(sql):
        images, labels = (f"'{tmp_path}/{name}_*.parquet'" for name in ("images", "labels"))
        return duckdb.sql(sql.format(images=images, labels=labels)).fetchall()

    counted = dict(query("SELECT verdict, count(*) FROM {images} WHERE error_code IS NULL GROUP BY 1"))
    images = report.images
    assert (images.allow, images.review, images.block) == tuple(
        counted.get(verdict, 0) for verdict in ("allow", "review", "block")
    )
    assert [(images.manifest, images.failed)] == query("SELECT count(*), count(error_code) FROM {images}")
    assert {label.name: label.images for label in report.labels} == dict(
        query("SELECT label, count(DISTINCT uri) FROM {labels} GROUP BY 1")
    )
    assert {(group.rule, group.verdict.value): group.images for group in report.deciding_rules} == {
        (rule or "", verdict): count
        for rule, verdict, count in query(
            "SELECT rule, verdict, count(*) FROM {images} WHERE error_code IS NULL GROUP BY 1, 2"
        )
    }
    assert {failure.code: failure.images for failure in report.failures} == dict(
        query("SELECT error_code, count(*) FROM {images} WHERE error_code IS NOT NULL GROUP BY 1")
    )
    decided = dict(query("SELECT rule, count(*) FROM {images} WHERE error_code IS NULL GROUP BY 1"))
    assert all(rule.images >= decided[rule.rule] > 0 for rule in report.rules)


def test_a_clear_overwrites_the_report_of_its_run_only(job, photos):
    first, second = run_of(1), run_of(2)
    judge(job, first)
    judge(job, second)
    other = get(photos, second.xcoms["report"]["json"])

    again = run_of(1)
    judge(job, again, policy={"labels": {"Pills": "allow"}})

    assert again.xcoms["report"]["json"] == first.xcoms["report"]["json"]
    assert report_of(photos, again).images.block == 0
    assert get(photos, second.xcoms["report"]["json"]) == other


def test_stored_results_cost_nothing_again(job, photos):
    first, second = run_of(1), run_of(2)
    judge(job, first)
    judge(job["results_uri"], second)

    assert report_of(photos, first).cost.run_images == 3
    cost = report_of(photos, second).cost
    assert (cost.run_usd, cost.run_images, cost.month_images) == (0, 0, 3)


def test_hostile_labels_and_keys_stay_text_from_the_bucket_to_the_page(night, photos):
    hostile = "<script>window.XSS=1</script>"
    uri = photos.put(f"{hostile}.jpg", labels="Pills=99")
    broken = photos.put(f"'onload='{hostile}.jpg", body=b"GIF89a")
    job = moderate(night.put_manifest(uri, broken))
    key = job["results_uri"].removeprefix("s3://photos/")
    body = get(photos, job["results_uri"]).replace(b'"Pills"', json.dumps(hostile).encode())
    photos.client.put_object(Bucket="photos", Key=key, Body=body)
    ti = run_of(1, dag_id=hostile)

    judge(job, ti, policy={"name": hostile, "labels": {"Alcohol": "block"}})

    html = get(photos, ti.xcoms["report"]["html"])
    assert ParsedPage(html).problems() == []
    assert b"<script>window" not in html
    assert b"&lt;script&gt;window.XSS=1&lt;/script&gt;" in html
    assert hostile in {label.name for label in report_of(photos, ti).labels}


@pytest.fixture
def calm_nights(photos):
    """Seven nights with one image in fifty blocked are reported; return the job of one with half of them."""
    clean, pills = photos.put("clean.jpg"), photos.put("pills.jpg", labels="Pills=95")

    def manifest(blocked, name):
        # A manifest may name an image more than once; each line counts.
        return photos.put_manifest(*[clean] * (200 - blocked), *[pills] * blocked, name=name)

    calm = moderate(manifest(4, "calm.jsonl"))
    for day in range(2, 9):
        judge(calm, run_of(day))
    return moderate(manifest(100, "shifted.jsonl"))


def test_drift_is_logged_pushed_and_fails_the_task_only_after_everything_is_written(
    calm_nights, photos, task_log
):
    warned, failed = run_of(9), run_of(10)

    judge(calm_nights, warned)
    with pytest.raises(AirflowFailException, match=r"blocked 50\.0 % instead of .*report\.html"):
        judge(calm_nights, failed, on_drift="fail", parquet="s3://photos/tables/")

    assert "Drift alarm. The verdicts differ" in task_log.text
    assert warned.xcoms["report"]["drift"] == "alarm"
    assert "blocked 50.0 % instead of 2.0 %" in warned.xcoms["report"]["drift_change"]
    assert set(warned.xcoms) == set(failed.xcoms)
    assert get(photos, failed.xcoms["report"]["html"])
    assert photos.client.list_objects_v2(Bucket="photos", Prefix="tables/")["KeyCount"] == 2


@pytest.mark.parametrize(
    "changes", [{"on_drift": "explode"}, {"on_drift": "fail", "report": "None"}, {"report": "report/"}]
)
def test_a_bad_argument_fails_the_task_at_once(job, changes):
    with pytest.raises(AirflowFailException, match=r"on_drift|report"):
        judge(job, run_of(1), **changes)


def test_the_data_interval_orders_the_runs(job, photos):
    end = datetime(2026, 11, 2, tzinfo=UTC)
    operator = RekognitionMediaAnalysisResultsOperator(task_id="results", job=job, report=REPORT)
    ti = run_of(1)

    operator.execute({"ti": ti, "data_interval_start": end - timedelta(days=1), "data_interval_end": end})

    assert report_of(photos, ti).provenance.ordered_at == end
    assert json.loads(get(photos, ti.xcoms["report"]["json"]))["version"] == 1


def test_every_file_of_the_report_is_encrypted_with_the_key(job, photos):
    ti = run_of(1)

    judge(job, ti, kms_key_id="alias/moderation")

    for name in ("html", "latest_html", "json", "latest_json"):
        key = ti.xcoms["report"][name].removeprefix("s3://photos/")
        head = photos.client.head_object(Bucket="photos", Key=key)
        assert head["SSEKMSKeyId"] == "alias/moderation"
