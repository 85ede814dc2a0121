"""Verdict files in Dag runs, with both engines."""

import pytest

from airflow_provider_rekmedia.services.results import run_log

ENGINES = ("bulk", "per_image")
BLOCKED = 132


def confidence(number):
    return 60 + number / 10


@pytest.fixture
def warnings(monkeypatch):
    """The warnings about a run; Airflow's own logging keeps them from caplog."""
    logged = []
    monkeypatch.setattr(run_log._LOG, "warning", lambda text, *values: logged.append(text % values))
    return logged


@pytest.fixture
def seen(photos, run_dag, warnings):
    for number in range(BLOCKED):
        photos.put(f"{number:03}.jpg", labels=f"Pills={confidence(number)}")
    photos.put("cat.jpg")
    photos.put("notes.txt", body=b"skipped")
    photos.put("broken.jpg", body=b"GIF89a, no image")
    return run_dag("many_blocked")


def test_a_night_with_more_blocked_images_than_an_xcom_holds(seen, photos, warnings):
    """One run, because it is slow; each of its properties has a check of its own below."""
    assert seen.state == "success", seen.states()
    for engine in ENGINES:
        check_that_a_task_acts_on_every_blocked_image(seen, engine)
        check_that_the_log_names_the_file_of_the_list_that_is_cut(seen, engine, warnings)
    check_that_every_written_object_has_the_key(photos)


def check_that_a_task_acts_on_every_blocked_image(seen, engine):
    counts = seen.xcom(f"{engine}.results", "counts")
    assert (counts["block"], counts["review"], counts["allow"]) == (BLOCKED, 1, 1)
    assert len(seen.xcom(f"{engine}.results", "flagged")) == 100

    acted_on = seen.xcom(f"quarantine_{engine}")

    expected = [f"s3://photos/uploads/{number:03}.jpg" for number in reversed(range(BLOCKED))]
    assert [uri for uri, _ in acted_on] == expected
    assert acted_on[0][1] == pytest.approx(confidence(BLOCKED - 1), abs=0.01)


def check_that_the_log_names_the_file_of_the_list_that_is_cut(seen, engine, warnings):
    (uri,) = seen.xcom(f"{engine}.results", "verdicts")["uris"]
    assert uri.startswith(f"s3://photos/{engine}/verdicts/dag_id=many_blocked/run_id=")
    cut = f"The XCom flagged is cut: {BLOCKED + 1 - 100} items are not in it. All of them are in {uri}"
    assert cut in warnings


def check_that_every_written_object_has_the_key(photos):
    pages = photos.client.get_paginator("list_objects_v2").paginate(Bucket="photos")
    keys = [each["Key"] for page in pages for each in page["Contents"]]
    written = [key for key in keys if not key.startswith("uploads/")]
    for kind in (
        *("index.json", "skipped-", "manifest-00000.jsonl", "_rekmedia/manifest-00000.jsonl"),
        *("_rekmedia/submissions/", "record.json", "parts/", "job.json", "-results.jsonl", "summary.json"),
        *("verdicts/", "tables/images/", "tables/labels/", "ledger/entries/"),
    ):
        assert [key for key in written if kind in key], kind
    plain = [
        key
        for key in written
        if photos.client.head_object(Bucket="photos", Key=key).get("SSEKMSKeyId") != "alias/moderation"
    ]
    assert not plain
