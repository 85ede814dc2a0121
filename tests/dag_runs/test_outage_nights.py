"""Nights without a single analyzed image: no image loses an attempt, and the next night analyzes all."""

import json
from datetime import timedelta

import pytest
from emulated import NIGHT


def deny_images(aws):
    aws.deny("s3:GetObject", "photos/uploads/*")


def break_service(aws):
    aws.inject("http_500", operation="DetectModerationLabels", times=None)
    deny_images(aws)  # a bulk job makes no such call


def reset_connections(aws):
    aws.inject("connection_reset", operation="DetectModerationLabels", times=None)
    deny_images(aws)


BAD_NIGHTS = (deny_images, break_service, reset_connections)


@pytest.fixture
def run_night(night, aws, run_dag, monkeypatch):
    # Without botocore's own retries, whose pauses would be most of the test.
    connection = json.loads(aws.airflow_connection())
    connection["extra"]["config_kwargs"] = {"retries": {"total_max_attempts": 1}}
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", json.dumps(connection))
    return lambda number: run_dag("both_engines", at=night.today + timedelta(days=number))


def test_after_three_bad_nights_a_good_night_analyzes_every_image(aws, run_night):
    for number, make_bad in enumerate(BAD_NIGHTS, 1):
        make_bad(aws)
        states = run_night(number).states()
        assert {states["per_image.moderate[0]"], states["per_image.results"]} == {"failed"}, number
        aws.clear_faults()
        aws.configure(denied_access=[])
    assert aws.usage()["images_billed"] == 0

    seen = run_night(len(BAD_NIGHTS) + 1)

    for engine in ("bulk", "per_image"):
        assert seen.xcom(f"{engine}.manifest", "images") == 7, engine
        assert seen.xcom(f"{engine}.results", "counts") == NIGHT["counts"], engine
    assert seen.state == "success", seen.states()
