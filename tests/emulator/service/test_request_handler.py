"""Requests that reach no operation."""

import pytest
from botocore.exceptions import ClientError
from emulator.raw_requests import send


def test_a_body_that_is_not_json_is_a_serialization_error(scene):
    assert send(scene, "ListMediaAnalysisJobs", b"{") == "SerializationException"


def test_a_refused_request_starts_nothing(scene):
    with pytest.raises(ClientError):
        scene.start(JobName="bad name!")
    usage = scene.emulator.usage()
    assert (usage["jobs"], usage["calls"]["StartMediaAnalysisJob"]) == (0, 1)


def test_a_bug_in_the_emulator_is_an_internal_server_error_in_json(served_scene, monkeypatch, caplog):
    def crash(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr("airflow_provider_rekmedia.emulator.jobs.job_store.JobStore.list_newest_first", crash)
    with pytest.raises(served_scene.rekognition.exceptions.InternalServerError):
        served_scene.rekognition.list_media_analysis_jobs()
    assert "The emulator has a bug" in caplog.text
