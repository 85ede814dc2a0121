"""The report of a task: where it is read from, and with which credentials."""

import json
import re

import pytest
from buckets import create_buckets
from core.report.reports import image, report_of
from plugins.moderation_page.conftest import NIGHT

from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.report.report_file import encode_report
from airflow_provider_rekmedia.core.report.report_uris import report_uris
from airflow_provider_rekmedia.core.s3_uri import S3Uri

REPORTS = S3Uri("photos", "reports/")
FIELDS = {
    "report": str(REPORTS),
    "on_drift": "warn",
    "aws_conn_id": "aws_default",
    "region_name": None,
    "verify": None,
}
TASKS = {
    "results": FIELDS,
    "silent": FIELDS | {"report": None},
    "no_connection": FIELDS | {"aws_conn_id": "None"},
    "unknown_connection": FIELDS | {"aws_conn_id": "nobody_defined_it"},
    "masked": FIELDS | {"report": "s3://***/reports/"},
    "malformed": FIELDS | {"report": "reports/"},
    "forgotten": None,
    "unwritten": FIELDS | {"report": "s3://photos/elsewhere/"},
    "other_operator": {"bash_command": "true"},
}


@pytest.fixture(scope="module", autouse=True)
def tasks(metadata):
    metadata.add_run("night", "manual__1")
    for task_id, fields in TASKS.items():
        metadata.add_task("night", "manual__1", task_id, fields=fields)
    metadata.add_task("night", "manual__1", "waiting", state=None)
    metadata.add_task("night", "manual__1", "skipped", state="skipped")
    metadata.add_task("night", "manual__1", "mapped", map_index=0, fields=FIELDS)


@pytest.fixture
def s3(aws):
    client = aws.client("s3")
    create_buckets(client, "photos")
    return client


def put(s3, task_id, body, *, map_index=-1, prefix=REPORTS):
    uri = report_uris(prefix, TaskIdentity("night", "manual__1", task_id, map_index)).json
    s3.put_object(Bucket=uri.bucket, Key=uri.key, Body=body)


@pytest.fixture
def stored(s3):
    report = report_of([image(Explicit=95), image(Alcohol=71), image()])
    put(s3, "results", encode_report(report))
    return report


def advice_of(page, task_id):
    response = page.get(f"/rekmedia/dags/night/runs/manual__1/tasks/{task_id}/-1/report")
    return response.status_code, response.text


def test_the_report_of_the_task_is_rendered(page, stored):
    response = page.get(f"{NIGHT}/-1/report")
    assert response.status_code == 200
    assert "1 of 3 images need a person" in response.text


def test_the_report_has_an_origin_of_its_own_and_no_cache(page, stored):
    headers = page.get(f"{NIGHT}/-1/report").headers
    assert re.sub(r"sha256-[\w+/=]+", "sha256-…", headers["content-security-policy"]).split("; ") == [
        "default-src 'none'",
        "style-src 'sha256-…'",
        "script-src 'sha256-…'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "sandbox allow-scripts",
    ]
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"


def test_the_html_in_the_bucket_is_never_sent(page, s3, stored):
    for page_uri in s3.list_objects_v2(Bucket="photos")["Contents"]:
        key = page_uri["Key"].replace("report.json", "report.html")
        s3.put_object(Bucket="photos", Key=key, Body=b"<script>window.XSS = 1</script>")
    assert "XSS" not in page.get(f"{NIGHT}/-1/report").text


@pytest.mark.parametrize("index", ["-1", "{MAP_INDEX}", "%7BMAP_INDEX%7D"])
def test_an_unmapped_task_may_have_airflows_placeholder_in_its_path(page, stored, index):
    assert page.get(f"{NIGHT}/{index}/report").status_code == 200


def test_each_mapped_task_has_its_own_report(page, s3):
    put(s3, "mapped", encode_report(report_of([image()] * 7)), map_index=0)
    path = "/rekmedia/dags/night/runs/manual__1/tasks/mapped"
    assert "of 7 images" in page.get(f"{path}/0/report").text
    assert page.get(f"{path}/1/report").status_code == 404


def test_no_part_of_the_request_chooses_bucket_or_connection(page, stored):
    query = {
        "report": "s3://secrets/",
        "uri": "s3://secrets/x",
        "aws_conn_id": "nobody_defined_it",
        "bucket": "secrets",
    }
    response = page.get(f"{NIGHT}/-1/report", params=query)
    assert "1 of 3 images need a person" in response.text


def test_an_xcom_does_not_choose_the_report(page, metadata, s3, stored):
    s3.put_object(Bucket="photos", Key="secrets/report.json", Body=encode_report(report_of([image()] * 9)))
    xcom = {"json": "s3://photos/secrets/report.json", "html": "s3://photos/secrets/report.json"}
    metadata.add_task("night", "manual__1", "forged", fields=FIELDS, xcom=xcom)
    assert advice_of(page, "forged")[0] == 404


@pytest.mark.parametrize(
    ("task_id", "status", "text"),
    [
        ("silent", 404, "This task writes no report"),
        ("other_operator", 404, "This task writes no report"),
        ("no_connection", 409, "The task has no connection"),
        ("unknown_connection", 409, "connection nobody_defined_it, which the api-server does not find"),
        ("masked", 409, "Airflow masked an argument"),
        ("malformed", 502, "it does not start with s3://"),
        ("forgotten", 404, "Airflow no longer knows where this report is"),
        ("unwritten", 404, "It writes s3://photos/elsewhere/night/unwritten/manual__1-"),
        ("waiting", 404, "The task is not scheduled."),
        ("skipped", 404, "The task did not run: it is skipped."),
        ("no_such_task", 404, "There is no report yet"),
    ],
)
def test_a_task_without_a_report_says_why(page, s3, task_id, status, text):
    shown, html = advice_of(page, task_id)
    assert (shown, text in html) == (status, True), html


@pytest.mark.parametrize("own", [{"AWS_ACCESS_KEY_ID": "server", "AWS_SECRET_ACCESS_KEY": "server"}, {}])
def test_a_connection_without_credentials_never_uses_those_of_the_server(page, stored, aws, monkeypatch, own):
    connection = json.loads(aws.airflow_connection())
    bare = {"conn_type": "aws", "extra": connection["extra"]}
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", json.dumps(bare))
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    assert page.get(f"{NIGHT}/-1/report").status_code == 409
    assert "has neither an access key nor a role_arn" in page.get(f"{NIGHT}/-1/report").text


def test_a_damaged_report_says_so(page, s3):
    put(s3, "results", b'{"version": 99}')
    response = page.get(f"{NIGHT}/-1/report")
    assert response.status_code == 502
    assert "cannot be read" in response.text


def test_a_refusal_of_s3_says_so(page, stored, aws):
    aws.deny("s3:GetObject")
    response = page.get(f"{NIGHT}/-1/report")
    assert response.status_code == 502
    assert "cannot be read" in response.text


def test_the_tilde_is_no_dag(page):
    assert page.get("/rekmedia/dags/~/runs/manual__1/tasks/results/-1/report").status_code == 404


def test_texts_of_the_report_are_escaped(page, s3):
    put(s3, "results", encode_report(report_of([image()], policy_name="</script><script>window.XSS=1")))
    assert "<script>window.XSS" not in page.get(f"{NIGHT}/-1/report").text
