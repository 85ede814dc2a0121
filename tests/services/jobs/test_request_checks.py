import pytest
from aws_stage import MANIFEST
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.adapters.s3.objects import StoredObject
from airflow_provider_rekmedia.core.errors import (
    AccessDenied,
    ManifestEmpty,
    ManifestMissing,
    ManifestTooLarge,
    ObjectUnreadable,
    WrongRegion,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.services.jobs.request_checks import (
    check_region,
    fetch_content_id,
    lines_content_id,
)


class FakeObjects:
    """``S3Objects`` with one object of a given size."""

    def __init__(self, size_bytes):
        self.size_bytes = size_bytes

    def head(self, uri, version=None):
        return StoredObject(size_bytes=self.size_bytes, etag="etag")


def test_the_content_id_of_a_manifest_is_its_etag(stage):
    assert fetch_content_id(stage.objects, MANIFEST, None) == stage.objects.head(MANIFEST).etag


def test_the_content_id_of_a_version_is_the_version(stage):
    stage.s3.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    version = stage.s3.put_object(Bucket="photos", Key=MANIFEST.key, Body=b"{}\n")["VersionId"]
    stage.put_manifest("s3://photos/other.jpg")
    assert fetch_content_id(stage.objects, MANIFEST, version) == version


@pytest.mark.parametrize("manifest", [S3Uri("photos", "other.jsonl"), S3Uri("nowhere", "manifest.jsonl")])
def test_a_missing_manifest_is_refused_by_name(stage, manifest):
    with pytest.raises(ManifestMissing, match=f"There is no manifest at {manifest}"):
        fetch_content_id(stage.objects, manifest, None)


def test_the_version_of_a_delete_marker_is_a_missing_manifest(stage):
    stage.s3.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    version = stage.s3.delete_object(Bucket="photos", Key=MANIFEST.key)["VersionId"]
    with pytest.raises(ManifestMissing, match=version):
        fetch_content_id(stage.objects, MANIFEST, version)


def test_a_missing_version_is_refused_by_name(stage):
    stage.s3.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    with pytest.raises(ManifestMissing, match=r"manifest\.jsonl \(version 0123"):
        fetch_content_id(stage.objects, MANIFEST, "0123456789abcdef0123456789abcdef")


def test_an_empty_manifest_is_refused(stage):
    stage.put_manifest()
    with pytest.raises(ManifestEmpty, match="is empty"):
        fetch_content_id(stage.objects, MANIFEST, None)


def test_a_manifest_may_have_at_most_50_mb():
    # https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
    assert fetch_content_id(FakeObjects(50_000_000), MANIFEST, None) == "etag"
    with pytest.raises(ManifestTooLarge, match="50000001 bytes; the service accepts at most 50000000"):
        fetch_content_id(FakeObjects(50_000_001), MANIFEST, None)


def test_a_forbidden_manifest_is_not_a_missing_one(stage):
    stage.emulator.inject("error", operation="S3", code="AccessDenied", status=403)
    with pytest.raises(AccessDenied):
        fetch_content_id(stage.objects, MANIFEST, None)


def test_a_bucket_of_another_region_is_refused_with_both_regions(stage):
    check_region(stage.objects, "photos", "us-east-1")
    with pytest.raises(WrongRegion, match="photos is in us-east-1, but the call goes to eu-west-1"):
        check_region(stage.objects, "photos", "eu-west-1")


def test_the_region_check_is_skipped_without_permission(stage):
    stage.emulator.inject("error", operation="S3", code="AccessDenied", status=403)
    check_region(stage.objects, "photos", "eu-west-1")


def test_a_bucket_that_does_not_exist_is_found_before_the_paid_call(stage):
    with pytest.raises(ObjectUnreadable):
        check_region(stage.objects, "nowhere", "us-east-1")


@given(st.lists(st.none() | st.text(max_size=3)), st.lists(st.none() | st.text(max_size=3)))
def test_the_content_id_of_lines_depends_on_their_text_and_order(some, others):
    assert (lines_content_id(some) == lines_content_id(others)) is (some == others)
