import json

import pytest
from core.report.reports import image, night_of, report_of

from airflow_provider_rekmedia.core.errors import UnreadableReport
from airflow_provider_rekmedia.core.report.report_file import decode_report, encode_report
from airflow_provider_rekmedia.core.results.outcomes import ImageFailure

REPORT = report_of(
    [image(Explicit=85, Alcohol=60), image()], [ImageFailure(None, "X", "m", lines=3)], reports=[report_of()]
)


def damaged(change):
    document = json.loads(encode_report(REPORT))
    change(document)
    return json.dumps(document).encode()


def test_a_report_survives_its_file():
    assert decode_report(encode_report(REPORT), "s3://b/report.json") == REPORT


def test_the_file_has_the_numbers_by_their_names():
    document = json.loads(encode_report(REPORT))
    assert document["version"] == 1
    assert document["images"] == {
        "manifest": 5,
        "allow": 1,
        "review": 0,
        "block": 1,
        "failed": 3,
        "unaccounted": 0,
    }
    assert document["rules"][0]["rule"] == "Alcohol"


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.update(version=2),
        lambda document: document.pop("images"),
        lambda document: document["images"].update(manifest=6),
        lambda document: document["images"].update(allow=-1, review=2),
        lambda document: document["rules"][0]["edges"].pop(),
        lambda document: document["provenance"].update(created_at="2026-11-01T00:00:00"),
    ],
)
def test_a_damaged_file_or_another_version_is_an_error(change):
    with pytest.raises(UnreadableReport, match=r"s3://b/report\.json"):
        decode_report(damaged(change), "s3://b/report.json")


@pytest.mark.parametrize("body", [b"", b"\xff", b"[" * 100_000, encode_report(REPORT)[:-1]])
def test_any_other_bytes_are_an_error(body):
    with pytest.raises(UnreadableReport):
        decode_report(body, "s3://b/report.json")


def test_the_file_of_a_large_run_is_small():
    reports = [report_of(night_of(30, 50, 20), night=night) for night in range(28)]
    report = report_of(night_of(30, 50, 20), night=28, reports=reports)
    assert len(report.earlier) == 28
    assert len(encode_report(report)) < 40_000
