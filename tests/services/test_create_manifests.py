from dataclasses import replace
from datetime import UTC, datetime

import pytest

from airflow_provider_rekmedia.core.errors import InvalidArgument, NoImages, OverBudget, UnreadableIndex
from airflow_provider_rekmedia.core.images.image_filter import ImageFilter
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri
from airflow_provider_rekmedia.services.create_manifests import ManifestRequest, OnEmpty, create_manifests

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TARGET = S3Uri("analysis", "manifests/dag/task/run-1")
REQUEST = ManifestRequest(
    target=TARGET,
    fingerprint="these arguments",
    source="s3://photos/",
    failures_of=None,
    extensions=None,
    filter=ImageFilter(),
    ledger=None,
    scan="",
    max_attempts=3,
    max_images=2,
    max_total_images=None,
    max_cost_usd=None,
    is_dry_run=False,
    on_empty=OnEmpty.EMPTY,
)


def written(stage):
    return [found.uri.key for found in stage.objects.iter_objects(S3Uri("analysis", ""))]


def test_images_are_listed_and_written_in_shards(stage):
    created = create_manifests(REQUEST, stage)

    assert (created.images, len(created.uris)) == (3, 2)
    assert created.skipped == {"not_jpeg_or_png": 1}  # the manifest of the stage
    assert created.estimate.shards == 2
    for uri in (*created.uris, created.index_uri, created.skip_file):
        assert stage.objects.head(parse_s3_uri(uri))


def test_a_retry_returns_the_existing_set(stage):
    first = create_manifests(REQUEST, stage)
    stage.put_image("late.jpg")

    assert create_manifests(REQUEST, stage) == first
    assert create_manifests(replace(REQUEST, fingerprint="others"), stage).images == 4


def test_a_dry_run_writes_nothing_and_reuses_nothing(stage):
    create_manifests(REQUEST, stage)
    before = written(stage)
    stage.put_image("late.jpg")

    created = create_manifests(replace(REQUEST, is_dry_run=True), stage)

    assert (created.images, created.uris, created.index_uri, created.skip_file) == (4, [], None, None)
    assert written(stage) == before


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"source": "s3://photos/nothing/", "on_empty": OnEmpty.FAIL}, NoImages),
        ({"source": "s3://photos/nothing/"}, NoImages),
        ({"extensions": ".gif"}, NoImages),
        ({"extensions": 7}, InvalidArgument),
        ({"filter": ImageFilter(pattern="*.gif"), "on_empty": OnEmpty.FAIL}, NoImages),
        ({"filter": ImageFilter(modified_after=NOON, modified_before=NOON)}, InvalidArgument),
        ({"max_total_images": 2}, OverBudget),
        ({"max_cost_usd": 0.0001}, OverBudget),
        ({"source": None}, InvalidArgument),
        ({"failures_of": ["abc"]}, InvalidArgument),
    ],
)
def test_a_refused_run_writes_nothing(stage, changes, error):
    with pytest.raises(error):
        create_manifests(replace(REQUEST, **changes), stage)
    assert not written(stage)


def test_a_damaged_index_is_an_error(stage):
    stage.objects.put(TARGET.join("/index.json"), b"{}", "application/json")

    with pytest.raises(UnreadableIndex):
        create_manifests(REQUEST, stage)


@pytest.mark.parametrize(
    "changes",
    [
        {"source": "s3://photos/nothing/", "on_empty": OnEmpty.SKIP},
        {"extensions": ".gif", "on_empty": OnEmpty.SKIP},
        {"filter": ImageFilter(modified_after=NOON, modified_before=NOON), "on_empty": OnEmpty.SKIP},
        {"source": []},
        {"filter": ImageFilter(modified_before=NOON)},
        {"filter": ImageFilter(pattern="*.gif")},
    ],
)
def test_an_empty_run_is_normal_if_the_user_chose_it_or_if_nothing_is_new(stage, changes):
    assert create_manifests(replace(REQUEST, **changes), stage).uris == []


def test_the_log_says_why_no_image_is_left(stage, caplog):
    create_manifests(replace(REQUEST, filter=ImageFilter(modified_before=NOON)), stage)

    (warning,) = [record.message for record in caplog.records if record.levelname == "WARNING"]
    assert warning == (
        "No image is left to analyze. Objects found: 4; skipped: {'modified_after_window': 3, "
        "'not_jpeg_or_png': 1}; for example: s3://photos/0.jpg (modified_after_window), "
        "s3://photos/1.jpg (modified_after_window), s3://photos/2.jpg (modified_after_window)"
    )


def test_a_run_with_images_does_not_warn(stage, caplog):
    create_manifests(REQUEST, stage)
    assert not [record for record in caplog.records if record.levelname == "WARNING"]


def test_keys_without_an_extension_are_images_and_a_list_may_name_any_key(stage):
    plain, odd = stage.put_image("0b7e5a3c"), stage.put_image("photo.webp")

    assert create_manifests(REQUEST, stage).images == 4
    listed = replace(REQUEST, source=[odd, plain, "s3://photos/0.jpg"], fingerprint="list")
    assert create_manifests(listed, stage).images == 3
    assert create_manifests(replace(REQUEST, extensions="*", fingerprint="all"), stage).images == 6


def test_archived_objects_are_skipped_without_an_attempt(stage):
    body = stage.objects.read(S3Uri("photos", "0.jpg"))
    for name, storage_class in (
        ("cold.jpg", "GLACIER"),
        ("deep.jpg", "DEEP_ARCHIVE"),
        ("ir.jpg", "GLACIER_IR"),
    ):
        stage.s3.put_object(Bucket="photos", Key=name, Body=body, StorageClass=storage_class)

    created = create_manifests(REQUEST, stage)

    assert (created.images, created.skipped["archived"]) == (4, 2)
    with_ledger = replace(REQUEST, ledger=S3Uri("analysis", "ledger/"), fingerprint="ledger")
    listed = replace(with_ledger, source=["s3://photos/cold.jpg", "s3://photos/0.jpg"])
    assert create_manifests(listed, stage).skipped == {"archived": 1}
