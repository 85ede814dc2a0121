"""Concurrent callers."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from emulator.scene import request


@pytest.fixture(autouse=True)
def slow_start(monkeypatch):
    """Pause between the checks of a start and the start itself."""
    monkeypatch.setattr(
        "airflow_provider_rekmedia.emulator.service.job_start.check_manifest", lambda *_: time.sleep(0.01)
    )


def test_concurrent_starts_with_one_token_start_one_job(served_scene):
    served_scene.emulator.configure(max_active_jobs=100)

    def start(_):
        return served_scene.rekognition.start_media_analysis_job(**request(ClientRequestToken="night-1"))[
            "JobId"
        ]

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(start, range(24)))) == 1
    assert served_scene.emulator.usage()["jobs"] == 1


def test_concurrent_polls_execute_a_job_once(served_scene):
    job_id = served_scene.start()
    served_scene.emulator.inject("slow", seconds=0.1, times=8)
    served_scene.emulator.configure(by_hand=False)

    def poll(_):
        served_scene.emulator.advance(to_end=True)
        return served_scene.get(job_id)["Results"]["S3Object"]["Name"]

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(poll, range(8)))) == 1
    assert served_scene.emulator.usage()["images_billed"] == 1


def test_concurrent_starts_do_not_exceed_the_quota(served_scene):
    served_scene.emulator.configure(max_active_jobs=3)

    def start(_):
        try:
            return served_scene.start()
        except served_scene.rekognition.exceptions.LimitExceededException:
            return None

    with ThreadPoolExecutor(8) as pool:
        started = [job for job in pool.map(start, range(16)) if job]
    assert len(started) == 3
    assert served_scene.emulator.usage()["most_active_jobs"] == 3
