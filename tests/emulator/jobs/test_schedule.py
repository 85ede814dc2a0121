"""The states of a job: by the clock or by hand."""

import time

import pytest
from emulator.scene import OUT

from airflow_provider_rekmedia.emulator import Settings
from airflow_provider_rekmedia.emulator.jobs.schedule import Schedule

#: https://docs.aws.amazon.com/rekognition/latest/APIReference/API_GetMediaAnalysisJob.html
STATES = ["CREATED", "QUEUED", "IN_PROGRESS", "SUCCEEDED"]

#: Longer than any test: only the moved clock reaches the end.
BY_CLOCK = {"by_hand": False, "created_s": 100, "queued_s": 200, "in_progress_s": 400}


def test_a_job_goes_through_its_states_by_hand(scene):
    job_id = scene.start()
    seen = []
    for _ in range(5):
        seen.append(scene.get(job_id)["Status"])
        scene.emulator.advance(job_id)
    assert seen == [*STATES, "SUCCEEDED"]


def test_by_hand_the_clock_does_not_count():
    by_hand = Schedule.from_settings(Settings(by_hand=True))
    assert by_hand.stage(by_hand.elapsed_s(created_at=0.0, advanced_s=0.0, now=1e9)) == "CREATED"


def test_a_job_goes_through_its_states_by_the_clock(scene, clock):
    scene.emulator.configure(**BY_CLOCK)
    job_id, seen = scene.start(), []
    for seconds in (50, 100, 300, 400):
        clock.forward(seconds)
        seen.append(scene.get(job_id)["Status"])
    assert seen == STATES


def test_a_job_ends_by_the_real_clock(scene):
    scene.emulator.configure(by_hand=False, created_s=0, queued_s=0, in_progress_s=0.2)
    job_id = scene.start()
    time.sleep(0.3)
    assert scene.get(job_id)["Status"] == "SUCCEEDED"


def test_a_state_can_last_zero_seconds(scene):
    scene.emulator.configure(by_hand=False, created_s=0, queued_s=0, in_progress_s=0)
    assert scene.get(scene.start())["Status"] == "SUCCEEDED"


def test_polling_does_not_advance_a_job(scene):
    job_id = scene.start()
    for _ in range(10):
        scene.get(job_id)
        scene.rekognition.list_media_analysis_jobs()
    assert scene.get(job_id)["Status"] == "CREATED"


def test_advancing_one_job_does_not_advance_others(scene):
    first, second = scene.start(), scene.start()
    scene.emulator.advance(first, to_end=True)
    assert scene.get(first)["Status"] == "SUCCEEDED"
    assert scene.get(second)["Status"] == "CREATED"


def test_advancing_without_a_job_advances_all(scene):
    jobs = [scene.start(), scene.start()]
    scene.emulator.advance()
    assert [scene.get(job)["Status"] for job in jobs] == ["QUEUED", "QUEUED"]


def test_a_finished_job_does_not_change(scene):
    ended = scene.finish()
    scene.s3.delete_object(Bucket=OUT, Key=ended["Results"]["S3Object"]["Name"])
    scene.emulator.advance(to_end=True)
    again = scene.get(ended["JobId"])
    assert (again["CompletionTimestamp"], again["Results"]) == (
        ended["CompletionTimestamp"],
        ended["Results"],
    )


def test_the_completion_time_is_the_end_not_the_first_poll(scene, clock):
    scene.emulator.configure(**BY_CLOCK)
    job_id = scene.start()
    clock.forward(5000)
    job = scene.get(job_id)
    lasted = (job["CompletionTimestamp"] - job["CreationTimestamp"]).total_seconds()
    assert lasted == pytest.approx(700, abs=0.01)


def test_there_are_no_files_before_the_end(scene):
    job_id = scene.start()
    scene.emulator.advance(job_id)
    scene.emulator.advance(job_id)
    assert scene.get(job_id)["Status"] == "IN_PROGRESS"
    assert "Contents" not in scene.s3.list_objects_v2(Bucket=OUT)


def test_the_server_writes_the_files_at_the_end_without_a_poll(served_scene, clock):
    served_scene.emulator.configure(**BY_CLOCK)
    served_scene.start()
    clock.forward(5000)
    assert len(served_scene.s3.list_objects_v2(Bucket=OUT)["Contents"]) == 2


def test_images_are_billed_at_the_end_without_a_poll(scene, clock):
    scene.emulator.configure(**BY_CLOCK)
    scene.start()
    assert scene.emulator.usage()["images_billed"] == 0
    clock.forward(5000)
    assert scene.emulator.usage()["images_billed"] == 1


def test_changed_settings_do_not_affect_running_jobs(scene):
    job_id = scene.start()
    scene.emulator.configure(by_hand=False, created_s=0, queued_s=0, in_progress_s=0)
    assert scene.get(job_id)["Status"] == "CREATED"
