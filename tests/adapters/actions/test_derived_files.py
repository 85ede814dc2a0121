"""Files that other programs read."""

from core.actions.records import action, outcome
from services.actions.memory_bucket import MemoryBucket

from airflow_provider_rekmedia.adapters.actions.derived_files import DerivedFiles
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.actions.verb import Verb
from airflow_provider_rekmedia.core.s3_uri import S3Uri


def test_paths_and_rows_are_kept_apart_by_bucket_and_verb():
    client = MemoryBucket()
    with DerivedFiles(S3Objects(client), S3Uri("ops", "log/"), "") as files:
        files.add([outcome("done", 0), outcome("already", 1), outcome("changed", 2)])
        files.add([outcome("done", planned=action(bucket="other", key="x y"))])
        files.add([outcome("failed", planned=action(bucket=None, key=None))])
        listed = [action(number, verb=verb) for number, verb in enumerate((Verb.TAG, Verb.COPY, Verb.TAG))]
        files.add([outcome("listed", planned=each, version_id=f"v{each.number}") for each in listed])
        paths, manifests = files.upload_paths(), files.upload_manifests()

    assert {bucket: found["paths"] for bucket, found in paths.items()} == {"other": 1, "photos": 2}
    assert client.current("ops", "log/invalidation-photos.txt").body == b"/0.jpg\n/1.jpg\n"
    assert [(each["verb"], each["objects"]) for each in manifests] == [("copy", 1), ("tag", 2)]
    tagged = client.current("ops", "log/batch-block-tag-photos.csv")
    assert tagged.body == b"photos,0.jpg,v0\nphotos,2.jpg,v2\n"
    assert manifests[1]["etag"] == tagged.etag


def test_without_origin_path_there_are_no_paths():
    with DerivedFiles(S3Objects(MemoryBucket()), S3Uri("ops", "log/"), None) as files:
        files.add([outcome("done")])

        assert (files.upload_paths(), files.upload_manifests()) == ({}, [])
