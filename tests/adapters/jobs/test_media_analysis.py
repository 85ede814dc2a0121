import pytest
from aws_stage import MANIFEST

from airflow_provider_rekmedia.core.errors import NotFound, RequestRefused, TokenReused


def test_a_job_is_started_fetched_and_finished(stage):
    job_id = stage.jobs.start(stage.request(), "token")
    seen = [stage.jobs.fetch(job_id)]
    for _ in range(3):
        stage.emulator.advance(job_id)
        seen.append(stage.jobs.fetch(job_id))
    assert [job.status for job in seen] == ["CREATED", "QUEUED", "IN_PROGRESS", "SUCCEEDED"]
    assert all((job.job_id, job.manifest_uri) == (job_id, str(MANIFEST)) for job in seen)
    assert [bool(job.results_uri and job.summary_uri) for job in seen] == [False, False, False, True]
    assert seen[-1].completed_at >= seen[-1].created_at
    assert seen[-1].model_version == "7.0"


def test_the_same_token_returns_the_same_job(stage):
    assert stage.jobs.start(stage.request(), "token") == stage.jobs.start(stage.request(), "token")
    assert stage.paid() == (1, 3)


def test_a_token_of_another_request_is_refused(stage):
    stage.jobs.start(stage.request(), "token")
    with pytest.raises(TokenReused, match="client_request_token"):
        stage.jobs.start(stage.request(job_name="other"), "token")


def test_a_job_that_does_not_exist_is_not_found(stage):
    with pytest.raises(NotFound):
        stage.jobs.fetch("f" * 64)


def test_jobs_are_listed_newest_first_over_all_pages(stage, monkeypatch):
    stage.emulator.configure(max_active_jobs=100)
    started = [stage.jobs.start(stage.request(job_name=f"n{number}"), f"t{number}") for number in range(7)]
    two_a_page = stage.jobs.fetch_page
    monkeypatch.setattr(stage.jobs, "fetch_page", lambda token: two_a_page(token, 2))
    listed = [(job.job_id, described["JobName"]) for job, described in stage.jobs.iter_newest_first()]
    assert listed == [(job_id, f"n{number}") for number, job_id in reversed(list(enumerate(started)))]
    assert stage.calls("ListMediaAnalysisJobs") == 4


def test_listing_is_lazy(stage, monkeypatch):
    for number in range(4):
        stage.jobs.start(stage.request(), f"t{number}")
    two_a_page = stage.jobs.fetch_page
    monkeypatch.setattr(stage.jobs, "fetch_page", lambda token: two_a_page(token, 2))
    next(stage.jobs.iter_newest_first())
    assert stage.calls("ListMediaAnalysisJobs") == 1


def test_an_account_without_jobs_lists_none(stage):
    assert list(stage.jobs.iter_newest_first()) == []
    assert stage.jobs.fetch_page(None) == ([], None)


def test_a_page_is_as_large_as_botocores_model_allows(stage):
    assert stage.jobs.fetch_page(None, 100) == ([], None)
    with pytest.raises(RequestRefused):
        stage.jobs.fetch_page(None, 101)
