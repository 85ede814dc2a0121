"""The example Dags in a complete Airflow: api-server, Dag processor, scheduler and triggerer."""

from collections import Counter
from datetime import datetime, timedelta
from importlib.metadata import version

import pytest
from stack.example_runs import SeenAirflow, run_examples

from airflow_provider_rekmedia.demo.images.sample_images import iter_sample_files
from airflow_provider_rekmedia.demo.sandbox import IMAGES

pytestmark = [
    pytest.mark.stack,
    pytest.mark.skipif(
        version("apache-airflow") < "3",
        reason="2.11 has another web server, API and login; there the nightly Dag is tested in process",
    ),
]


@pytest.fixture(scope="module")
def seen(tmp_path_factory) -> SeenAirflow:
    return run_examples(tmp_path_factory.mktemp("stack"))


def test_every_task_succeeds(seen):
    tasks = ["manifest", "moderate[0]", "results", "is_anything_blocked", "quarantine", "report_blocked"]

    assert seen.night.states == dict.fromkeys(tasks, "success")


def test_the_waiting_task_is_deferred_while_the_job_runs_and_then_succeeds(seen):
    states = seen.night.states_of("moderate[0]")

    assert "deferred" in states
    assert states[-1] == "success"
    assert states.index("deferred") < states.index("success")


def test_every_image_of_the_day_is_accounted_for(seen):
    counts, skipped = seen.xcoms["counts"], seen.xcoms["skipped"]

    assert counts["images"] + sum(skipped.values()) == len(list(_samples()))
    assert counts["analyzed"] + counts["failed"] == counts["images"]
    assert counts["unaccounted"] == 0


def test_the_labels_are_those_in_the_metadata_of_the_images(seen):
    declared = Counter(
        entry.partition("=")[0]
        for file in _samples()
        if _DAY <= file.uploaded_at < _DAY + timedelta(days=1)
        for entry in file.metadata.get("rekmedia-labels", "").split("; ")
        if float(entry.partition("=")[2] or 0) >= 50
    )

    assert declared
    assert {label: seen.xcoms["label_counts"][label] for label in declared} == declared


def test_one_job_is_started_and_each_analyzed_image_billed_once(seen):
    assert seen.usage["calls"]["StartMediaAnalysisJob"] == 1
    assert seen.usage["images_billed"] == seen.xcoms["counts"]["analyzed"]
    assert seen.xcoms["job"]["status"] == "SUCCEEDED"


def test_the_log_of_the_first_try_has_the_job_id(seen):
    assert seen.xcoms["job"]["job_id"] in seen.night.logs["moderate[0]"]


def test_links_of_an_emulated_run_do_not_lead_to_the_aws_console(seen):
    assert seen.links == {"Amazon Rekognition": None, "Results in S3": None}


def test_judge_again_before_any_run_says_what_to_run_first(seen):
    run = seen.too_early["judge_again"]

    assert run.states["find_results"] == "failed"
    assert "Run nightly_moderation first" in run.logs["find_results"]


def test_blocked_images_before_any_verdicts_says_what_to_run_first(seen):
    run = seen.too_early["blocked_images"]

    assert run.states == {"act": "failed"}
    assert "Run judge_again first" in run.logs["act"]


def test_judge_again_after_a_run_judges_its_images_by_the_stricter_policy(seen):
    run = seen.by_hand["judge_again"]

    assert run.states == {"find_results": "success", "judged": "success"}
    assert run.returned["judged"]["counts"]["images"] > 0


def test_blocked_images_by_hand_reports_the_newest_verdicts(seen):
    run = seen.by_hand["blocked_images"]

    assert run.states == {"act": "success"}
    assert run.returned["act"] == seen.by_hand["judge_again"].returned["judged"]["counts"]["block"]


def test_the_nightly_dag_without_a_logical_date_moderates_the_last_24_hours(seen):
    run = seen.by_hand["nightly_moderation"]

    assert set(run.states.values()) <= {"success", "skipped"}
    assert 0 < run.returned["results"]["counts"]["images"] < 199


def test_the_per_image_engine_without_a_logical_date_succeeds_in_an_account_without_bulk_analysis(seen):
    tasks = [
        "moderate_images.preflight",
        "moderate_images.manifest",
        "moderate_images.moderate[0]",
        "moderate_images.results",
        "report_blocked",
    ]

    assert seen.per_image.states == dict.fromkeys(tasks, "success")
    counts = seen.xcoms["per_image_counts"]
    assert counts["analyzed"] > seen.xcoms["counts"]["analyzed"]
    assert counts["unaccounted"] == 0


def test_the_per_image_engine_logs_its_progress(seen):
    log = seen.per_image.logs["moderate_images.moderate[0]"]

    assert f"{seen.xcoms['per_image_counts']['images']} images done" in log
    assert "Not analyzed: s3://photos/" in log


def test_judge_again_reads_the_results_of_both_engines(seen):
    assert seen.again.states == {"find_results": "success", "judged": "success"}
    # Two nights in bulk, and one image by image.
    assert len(seen.again.returned["judged"]["results_uris"]) == 3


def test_airflow_listens_on_loopback_only(seen):
    assert seen.listening
    assert set(seen.listening) == {"127.0.0.1"}


def test_every_process_is_stopped(seen):
    assert len(seen.running) >= 4
    assert seen.left_over == []


_DAY = datetime.fromisoformat("2026-01-01T00:00:00+00:00")


def _samples():
    return iter_sample_files(IMAGES, day=_DAY)
