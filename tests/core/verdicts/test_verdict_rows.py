from datetime import UTC, datetime

from airflow_provider_rekmedia.core.images.shard_entry import ShardEntry
from airflow_provider_rekmedia.core.results.image_result import Detection, ImageResult, ModerationLabel
from airflow_provider_rekmedia.core.results.outcomes import ImageFailure, Outcomes
from airflow_provider_rekmedia.core.verdicts.judgement import Judgement
from airflow_provider_rekmedia.core.verdicts.policy import verdicts
from airflow_provider_rekmedia.core.verdicts.policy_document import parse_policy
from airflow_provider_rekmedia.core.verdicts.verdict_file import VerdictLabel
from airflow_provider_rekmedia.core.verdicts.verdict_rows import VerdictRows

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
RULES = {"name": "shop", "labels": {"Pills": {"block": 80}, "Alcohol": "allow"}}
LISTED = {
    "s3://photos/pills.jpg": ShardEntry("s3://photos/pills.jpg", "e1", 0, "", NOON, 12),
    "s3://photos/broken.jpg": ShardEntry("s3://photos/broken.jpg", "e2"),
}


def result(name, *labels, version=None):
    found = Detection(moderation_labels=labels, moderation_model_version=version)
    return ImageResult(source_ref=f"s3://photos/{name}.jpg", detection=found)


PILLS = ModerationLabel("Pills", 95.5, "Products", 3)
TOP = ModerationLabel("Drugs & Tobacco", 95.5, "", 1)


def rows_of(outcomes, *, job_id="j1", model_version="7.0", listed=LISTED, **changes):
    policy = parse_policy(RULES | changes)
    judgement = Judgement.by(policy, dag_id="nightly", run_id="r1")
    rows = VerdictRows(judgement, listed, job_id=job_id, model_version=model_version)
    return list(rows.iter_flagged(outcomes, verdicts(outcomes.results, policy))), rows.unnamed


def test_only_images_that_are_not_allowed_have_a_row():
    alcohol = result("beer", ModerationLabel("Alcohol", 99))
    (row,), unnamed = rows_of(Outcomes([result("cat"), result("pills", PILLS, TOP), alcohol]))

    assert (row.uri, row.bucket, row.key) == ("s3://photos/pills.jpg", "photos", "pills.jpg")
    assert (row.etag, row.size_bytes, row.last_modified) == ("e1", 12, NOON)
    assert (row.verdict, row.rule, row.confidence, row.decided_by) == ("block", "Pills", 95.5, "policy")
    assert row.labels == (
        VerdictLabel("Pills", "Products", 3, 95.5),
        VerdictLabel("Drugs & Tobacco", None, 1, 95.5),
    )
    assert (row.dag_id, row.run_id, row.job_id, row.model_version) == ("nightly", "r1", "j1", "7.0")
    assert row.policy == "shop"
    assert len(row.policy_digest) == 16
    assert unnamed == 0


def test_an_image_that_was_not_analyzed_has_the_verdict_of_the_policy():
    failed = Outcomes(failures=[ImageFailure("s3://photos/broken.jpg", "X", "no")])

    (row,), _ = rows_of(failed, not_analyzed="block")

    assert (row.verdict, row.rule, row.confidence, row.labels) == ("block", "not_analyzed", None, ())
    assert (row.etag, row.size_bytes) == ("e2", None)
    assert rows_of(failed)[0][0].verdict == "review"
    assert rows_of(failed, not_analyzed="allow")[0] == []


def test_an_image_without_a_name_is_counted():
    failures = [
        ImageFailure(None, "UNACCOUNTED", "", lines=7),
        ImageFailure(None, "BAD_RESULT_LINE", "", lines=0),
        ImageFailure("s3://photos/again.jpg", "BAD_RESULT_LINE", "", lines=0),
    ]

    assert rows_of(Outcomes(failures=failures)) == ([], 7)


def test_what_another_program_wrote_is_null():
    outcomes = Outcomes([result("pills", PILLS, version="6.1")], [ImageFailure("no uri", "X", "")])

    (row, other), _ = rows_of(outcomes, listed={}, model_version=None, job_id=None)

    assert (row.etag, row.size_bytes, row.last_modified, row.job_id) == (None, None, None, None)
    assert row.model_version == "6.1"
    assert (other.uri, other.bucket, other.key) == ("no uri", None, None)
