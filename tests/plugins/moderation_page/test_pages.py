"""The list of reports, and the page of a run."""

import re

import pytest
from plugins.moderation_page.conftest import NIGHT

REPORT = {"headline": "4 of 7 images need a person.", "drift": "calm"}
HOSTILE = {"headline": "<script>window.XSS=1</script>", "drift": '"><script>'}


@pytest.fixture(scope="module", autouse=True)
def runs(metadata):
    for day in range(1, 9):
        metadata.add_run("night", f"run_{day}", day=day)
        metadata.add_task("night", f"run_{day}", "results", xcom=REPORT if day < 8 else HOSTILE)
        metadata.add_task("night", f"run_{day}", "manifest", operator="RekognitionCreateManifestOperator")
    metadata.add_run("night", "two+tasks", day=9)
    metadata.add_task("night", "two+tasks", "group.results", map_index=0)
    metadata.add_task("night", "two+tasks", "group.results", map_index=1, state="running")
    metadata.add_task("night", "two+tasks", "manifest", operator="RekognitionCreateManifestOperator")
    metadata.add_run("night", "without", day=-1)
    metadata.add_run("other", "secret_run", day=10)
    metadata.add_task("other", "secret_run", "results", xcom=REPORT)


def links(response):
    return re.findall(r'(?:href|src)="([^"]+)"', response.text)


def test_the_list_has_the_last_runs_of_each_dag_that_the_user_may_read(page):
    found = links(page.get("/rekmedia/reports"))
    runs = [re.search(r"/runs/([^/]+)/", link).group(1) for link in found]
    assert runs == ["two%2Btasks", "two%2Btasks", "run_8", "run_7", "run_6", "run_5", "run_4", "run_3"]


def test_the_list_shows_what_each_run_found(page):
    text = page.get("/rekmedia/reports").text
    assert "4 of 7 images need a person." in text
    assert '<span class="tag calm">calm</span>' in text
    assert "2026-05-08 02:00 UTC" in text


def test_the_list_says_nothing_of_other_dags(page):
    assert "secret_run" not in page.get("/rekmedia/reports").text
    assert "secret_run" in page.get("/rekmedia/reports", user="other").text


def test_a_hostile_xcom_stays_text(page):
    text = page.get("/rekmedia/reports").text
    assert "&lt;script&gt;window.XSS" in text
    assert "<script" not in text


def test_a_run_shows_its_report_in_a_sandboxed_frame(page):
    response = page.get("/rekmedia/dags/night/runs/run_1")
    assert '<iframe title="Report of results" sandbox="allow-scripts"' in response.text
    assert "/rekmedia/dags/night/runs/run_1/tasks/results/-1/report" in links(response)


def test_a_run_with_several_reports_links_to_each(page):
    found = links(page.get("/rekmedia/dags/night/runs/two+tasks"))
    tasks = "/rekmedia/dags/night/runs/two%2Btasks/tasks/group.results"
    assert found == ["/rekmedia/reports", f"{tasks}/0", f"{tasks}/1", f"{tasks}/0/report"]
    assert f"{tasks}/1/report" in links(page.get(f"{tasks}/1"))


def test_a_run_without_a_results_task_says_so(page):
    response = page.get("/rekmedia/dags/night/runs/without")
    assert (response.status_code, "This run has no report" in response.text) == (200, True)
    assert "<iframe" not in response.text


def test_another_task_links_to_the_report_of_its_run(page):
    found = links(page.get("/rekmedia/dags/night/runs/run_1/tasks/manifest/-1"))
    assert "/rekmedia/dags/night/runs/run_1/tasks/results/-1" in found


def test_every_page_forbids_scripts_and_frames_of_others(page):
    for path in ("/rekmedia/reports", "/rekmedia/dags/night/runs/run_1", f"{NIGHT}/x", "/rekmedia/nothing"):
        headers = page.get(path).headers
        assert re.sub(r"sha256-[\w+/=]+", "sha256-…", headers["content-security-policy"]).split("; ") == [
            "default-src 'none'",
            "style-src 'sha256-…'",
            "frame-src 'self'",
            "frame-ancestors 'self'",
            "base-uri 'none'",
            "form-action 'none'",
        ]
        assert headers["cache-control"] == "no-store"


def test_links_have_the_path_of_airflows_base_url(page):
    response = page.get("/airflow/rekmedia/dags/night/runs/run_1", root_path="/airflow")
    assert all(link.startswith("/airflow/rekmedia/") for link in links(response))
    refused = page.get("/airflow/rekmedia/dags/night/runs/run_1", root_path="/airflow", user=None)
    assert links(refused) == [
        "/airflow/api/v2/auth/login?next=%2Fairflow%2Frekmedia%2Fdags%2Fnight%2Fruns%2Frun_1"
    ]
