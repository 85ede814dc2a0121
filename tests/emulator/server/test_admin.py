"""The admin paths: requests, responses and errors."""

import re

import pytest
import requests
from emulator.scene import IN

from airflow_provider_rekmedia.emulator.server.admin import ACTIONS, BadRequest

ZERO = {
    "calls": dict.fromkeys(
        ["StartMediaAnalysisJob", "GetMediaAnalysisJob", "ListMediaAnalysisJobs", "DetectModerationLabels"], 0
    ),
    "jobs": 0,
    "images_billed": 0,
    "most_active_jobs": 0,
}

INVALID_FAULTS = {
    "missing required field `kind`": {},
    "Invalid enum value 'explode' - at `$.kind`. .* the kinds are error, throttle": {"kind": "explode"},
    "length >= 1 - at `$.kind`": {"kind": []},
    "unknown field `time`. The fields are kind, operation, times": {"kind": "slow", "time": 1},
    "'Start' - at `$.operation`. .* the operations are *, S3": {"kind": "slow", "operation": "Start"},
    "got `str` - at `$.times`": {"kind": "slow", "times": "3"},
    "got `bool` - at `$.times`": {"kind": "slow", "times": True},
    "Expected `int` >= 0 - at `$.after`": {"kind": "slow", "after": -1},
    "got `null` - at `$.after`": {"kind": "slow", "after": None},
    "got `str` - at `$.probability`": {"kind": "slow", "probability": "often"},
    "Expected `float` <= 1.0 - at `$.probability`": {"kind": "slow", "probability": 1.5},
    "take turns": {"kind": ["throttle", "closed"]},
    "'error' needs a code": {"kind": "error"},
    "'fail_job' needs one of these codes: INTERNAL_ERROR": {"kind": "fail_job", "code": "BAD_LUCK"},
    "no unfinished job 'x'": {"kind": "fail_job", "code": "THROTTLED", "job_id": "x"},
}

INVALID_SETTINGS = {
    "no setting 'sped'; the settings are adapters, bad_manifest": {"sped": 1},
    "created_s cannot be -1: Expected `float` >= 0": {"created_s": -1},
    "created_s cannot be 'fast': Expected `float`, got `str`": {"created_s": "fast"},
    "by_hand cannot be 1: Expected `bool`": {"by_hand": 1},
    "first_line_number cannot be 2": {"first_line_number": 2},
    "max_active_jobs cannot be 1.5": {"max_active_jobs": 1.5},
    "blank_lines cannot be 'keep'": {"blank_lines": "keep"},
    "adapters cannot be 'arn'": {"adapters": "arn"},
    "rule 1: Rekognition has no label 'Wepons'": {"rules": [{"key": "*", "labels": {"Wepons": 1}}]},
    "'Start' .*the operations are StartMediaAnalysisJob": {"tps": {"Start": 1}},
    "tps cannot be {'StartMediaAnalysisJob': -1}: Expected `float` >= 0": {
        "tps": {"StartMediaAnalysisJob": -1}
    },
    "does not check the action 's3:Get'; it checks kms:GenerateDataKey": {
        "denied_access": [{"action": "s3:Get"}]
    },
}


def match(text):
    """Escape a text for ``pytest.raises``; ``.*`` keeps its meaning."""
    return re.escape(text).replace(r"\.\*", ".*")


def send(server, method, path, body=None):
    answer = requests.request(method, f"{server.endpoint_url}/_rekmedia/{path}", data=body, timeout=10)
    return answer.status_code, answer.json()


def test_usage_is_zero_at_first(emulator):
    assert emulator.usage() == ZERO


def test_reset_clears_jobs_faults_counters_settings_and_buckets(scene):
    scene.start()
    scene.emulator.inject("throttle", times=None)
    scene.emulator.configure(max_active_jobs=0)
    scene.emulator.reset()
    assert scene.s3.list_buckets()["Buckets"] == []
    assert scene.emulator.usage() == ZERO
    scene.s3.create_bucket(Bucket=IN)
    scene.put_manifest(scene.put_image())
    assert scene.start()


def test_reset_of_moto_clears_the_jobs_too(served_scene):
    served_scene.start()
    requests.post(f"{served_scene.emulator.endpoint_url}/moto-api/reset", timeout=10).raise_for_status()
    assert served_scene.emulator.usage() == ZERO


def test_jobs_describes_all_regions(scene):
    job_id = scene.start()
    (job,) = scene.emulator.jobs()
    assert (job["JobId"], job["Region"], job["Account"]) == (job_id, "us-east-1", "123456789012")
    assert job["Status"] == "CREATED"


def test_every_admin_path(server):
    assert send(server, "GET", "usage") == (200, ZERO)
    assert send(server, "GET", "jobs") == (200, [])
    assert send(server, "POST", "faults", b'{"kind": "throttle"}') == (200, {"faults": 1})
    assert send(server, "POST", "faults", b'[{"kind": "slow"}, {"kind": "closed"}]') == (200, {"faults": 2})
    assert send(server, "DELETE", "faults") == (200, {})
    assert send(server, "POST", "advance") == (200, {"jobs": 0})
    assert send(server, "POST", "settings", b'{"by_hand": false}') == (200, {"settings": ["by_hand"]})
    status, settings = send(server, "GET", "settings")
    assert (status, settings["by_hand"]) == (200, False)
    assert send(server, "POST", "clock", b'{"forward_s": 60}') == (200, {"offset_s": 60.0})
    assert send(server, "POST", "reset") == (200, {})


def test_the_test_above_uses_every_admin_path():
    assert len(ACTIONS) == 9


@pytest.mark.parametrize(
    ("method", "path", "body", "text"),
    [
        ("GET", "faults", None, "there is no action GET 'faults'"),
        ("POST", "fault", None, "there is no action POST 'fault'"),
        ("POST", "faults", b"{", "not JSON"),
        ("POST", "faults", b"\xff", "not JSON"),
        ("POST", "faults", b"7", "7 is not a valid fault: Expected `object`, got `int`"),
        ("POST", "faults", b"[null]", "None is not a valid fault"),
        ("POST", "settings", b"[]", "settings: Expected `object`, got `array`"),
        ("POST", "advance", b'{"job": 1}', "advance: Object contains unknown field `job`"),
        ("POST", "advance", b'{"job_id": "x"}', "there is no job 'x'"),
        ("POST", "clock", b'{"forward_s": -1}', "clock: Expected `float` >= 0.0"),
    ],
)
def test_an_invalid_request_is_refused_with_a_reason(server, method, path, body, text):
    status, answer = send(server, method, path, body)
    assert status == 400
    assert text in answer["error"]


@pytest.mark.parametrize(("text", "fault"), INVALID_FAULTS.items(), ids=INVALID_FAULTS)
def test_an_invalid_fault_is_refused(in_process, text, fault):
    with pytest.raises(BadRequest, match=match(text)):
        in_process._request("POST", "faults", fault)


@pytest.mark.parametrize(("text", "settings"), INVALID_SETTINGS.items(), ids=INVALID_SETTINGS)
def test_invalid_settings_are_refused(in_process, text, settings):
    with pytest.raises(BadRequest, match=match(text)):
        in_process.configure(**settings)


def test_an_invalid_setting_changes_no_setting(emulator):
    with pytest.raises(BadRequest):
        emulator.configure(max_manifest_lines=7, blank_lines="keep")
    assert emulator._request("GET", "settings")["max_manifest_lines"] == 10_000


def test_settings_can_be_read_and_posted_again(server):
    server.configure(rules=[{"key": "*.jpg", "labels": {"Pills": 60}}], tps={"GetMediaAnalysisJob": 3})
    _, settings = send(server, "GET", "settings")
    rule = {"key": "*.jpg", "bucket": "*", "labels": {"Pills": 60.0}, "content_types": {}}
    assert settings["rules"] == [rule]
    server.configure(**settings)
    assert send(server, "GET", "settings") == (200, settings)
