"""The admin paths: what they take, what they answer, and that they refuse the rest with a sentence."""

import pytest
import requests
from emulator.scene import IN

from airflow_provider_rekmedia.emulator.admin import ACTIONS, BadRequest

NOTHING = {
    "calls": dict.fromkeys(
        ["StartMediaAnalysisJob", "GetMediaAnalysisJob", "ListMediaAnalysisJobs", "DetectModerationLabels"], 0
    ),
    "jobs": 0,
    "images_billed": 0,
    "most_active_jobs": 0,
}

BAD_FAULTS = {
    "a fault has a kind": {},
    "no kind of fault 'explode'": {"kind": "explode"},
    "no kind of fault ''": {"kind": []},
    "no field 'time'": {"kind": "slow", "time": 1},
    "no operation 'Start'": {"kind": "slow", "operation": "Start"},
    "times cannot be '3'": {"kind": "slow", "times": "3"},
    "times cannot be True": {"kind": "slow", "times": True},
    "after cannot be -1": {"kind": "slow", "after": -1},
    "after cannot be None": {"kind": "slow", "after": None},
    "probability cannot be 'often'": {"kind": "slow", "probability": "often"},
    "probability cannot be 1.5": {"kind": "slow", "probability": 1.5},
    "take turns": {"kind": ["throttle", "closed"]},
    "'error' has a code": {"kind": "error"},
    "'fail_job' has a code out of INTERNAL_ERROR": {"kind": "fail_job", "code": "BAD_LUCK"},
    "no unfinished job 'x'": {"kind": "fail_job", "code": "THROTTLED", "job_id": "x"},
}

BAD_SETTINGS = {
    "no setting 'sped'": {"sped": 1},
    "created_s cannot be -1": {"created_s": -1},
    "created_s cannot be 'fast'": {"created_s": "fast"},
    "by_hand cannot be 1": {"by_hand": 1},
    "first_line_number cannot be 2": {"first_line_number": 2},
    "max_active_jobs cannot be 1.5": {"max_active_jobs": 1.5},
    "blank_lines cannot be 'keep'": {"blank_lines": "keep"},
    "adapters cannot be 'arn'": {"adapters": "arn"},
    "rule 1: Rekognition has no label 'Wepons'": {"rules": [{"key": "*", "labels": {"Wepons": 1}}]},
    "tps is calls per second by operation": {"tps": {"Start": 1}},
    "tps cannot be -1": {"tps": {"StartMediaAnalysisJob": -1}},
}


def ask(server, method, path, body=None):
    answer = requests.request(method, f"{server.endpoint_url}/_rekmedia/{path}", data=body, timeout=10)
    return answer.status_code, answer.json()


def test_usage_of_a_fresh_emulator_is_nothing(emulator):
    assert emulator.usage() == NOTHING


def test_reset_forgets_jobs_faults_counters_settings_and_buckets(scene):
    scene.start()
    scene.emulator.inject("throttle", times=None)
    scene.emulator.configure(max_active_jobs=0)
    scene.emulator.reset()
    assert scene.s3.list_buckets()["Buckets"] == []
    assert scene.emulator.usage() == NOTHING
    scene.s3.create_bucket(Bucket=IN)
    scene.put_manifest(scene.put_image())
    assert scene.start()


def test_motos_own_reset_clears_the_jobs_too(served_scene):
    served_scene.start()
    requests.post(f"{served_scene.emulator.endpoint_url}/moto-api/reset", timeout=10).raise_for_status()
    assert served_scene.emulator.usage() == NOTHING


def test_jobs_describes_all_regions(scene):
    job_id = scene.start()
    (job,) = scene.emulator.jobs()
    assert (job["JobId"], job["Region"], job["Account"]) == (job_id, "us-east-1", "123456789012")
    assert job["Status"] == "CREATED"


def test_the_paths_of_the_server(server):
    assert ask(server, "GET", "usage") == (200, NOTHING)
    assert ask(server, "GET", "jobs") == (200, [])
    assert ask(server, "POST", "faults", b'{"kind": "throttle"}') == (200, {"faults": 1})
    assert ask(server, "POST", "faults", b'[{"kind": "slow"}, {"kind": "closed"}]') == (200, {"faults": 2})
    assert ask(server, "DELETE", "faults") == (200, {})
    assert ask(server, "POST", "advance") == (200, {"jobs": 0})
    assert ask(server, "POST", "settings", b'{"by_hand": false}') == (200, {"settings": ["by_hand"]})
    status, settings = ask(server, "GET", "settings")
    assert (status, settings["by_hand"]) == (200, False)
    assert ask(server, "POST", "reset") == (200, {})


def test_no_path_of_the_server_is_left_out_above():
    assert len(ACTIONS) == 8


@pytest.mark.parametrize(
    ("method", "path", "body", "text"),
    [
        ("GET", "faults", None, "there is no GET 'faults'"),
        ("POST", "fault", None, "there is no POST 'fault'"),
        ("POST", "faults", b"{", "not JSON"),
        ("POST", "faults", b"\xff", "not JSON"),
        ("POST", "faults", b"7", "a fault is an object, not 7"),
        ("POST", "faults", b"[null]", "a fault is an object, not None"),
        ("POST", "settings", b"[]", "settings are an object"),
        ("POST", "advance", b'{"job": 1}', "advance takes"),
        ("POST", "advance", b'{"job_id": "x"}', "there is no job 'x'"),
    ],
)
def test_the_server_refuses_with_a_sentence(server, method, path, body, text):
    status, answer = ask(server, method, path, body)
    assert status == 400
    assert text in answer["error"]


@pytest.mark.parametrize(("text", "fault"), BAD_FAULTS.items(), ids=BAD_FAULTS)
def test_a_fault_that_cannot_be_is_refused(in_process, text, fault):
    with pytest.raises(BadRequest, match=text):
        in_process._do("POST", "faults", fault)


@pytest.mark.parametrize(("text", "settings"), BAD_SETTINGS.items(), ids=BAD_SETTINGS)
def test_settings_that_cannot_be_are_refused(in_process, text, settings):
    with pytest.raises(BadRequest, match=text):
        in_process.configure(**settings)


def test_settings_are_changed_all_or_none(emulator):
    with pytest.raises(BadRequest):
        emulator.configure(max_manifest_lines=7, blank_lines="keep")
    assert emulator._do("GET", "settings")["max_manifest_lines"] == 10_000
