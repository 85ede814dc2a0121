import json

import msgspec
import pytest
from core.report.qualities import actions, review_quality
from core.report.reports import image, report_of

from airflow_provider_rekmedia.core.report.report_file import decode_report, encode_report


def test_a_report_with_all_sections_is_read_as_it_was_written():
    report = msgspec.structs.replace(
        report_of([image(Alcohol=80)]), review=review_quality(), actions=(actions(),)
    )
    assert decode_report(encode_report(report), "uri") == report


@pytest.mark.parametrize("member", ["review", "actions"])
def test_a_report_of_an_older_version_has_no_section(member):
    members = msgspec.json.decode(encode_report(report_of([image()])))
    del members[member]
    report = decode_report(msgspec.json.encode(members), "uri")
    assert (report.review, report.actions) == (None, ())


def test_xcom_has_the_numbers_about_the_whole_policy():
    quality = review_quality()
    found = quality.as_dict()
    assert found["recall"]["value"] == quality.recall.value
    assert found["kappa"]["missing"] == ""
    assert (found["double_reviews"], found["double_reviews_by_same_person"]) == (quality.agreement.images, 0)
    assert found["suggested_thresholds"] == {"Alcohol": 80.0}
    assert json.loads(json.dumps(found)) == found
