from dataclasses import replace

import pytest

from airflow_provider_rekmedia.core.errors import InvalidArgument, NoImages, OverBudget, UnreadableIndex
from airflow_provider_rekmedia.core.images.image_filter import ImageFilter
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri
from airflow_provider_rekmedia.services.create_manifests import ManifestRequest, OnEmpty, create_manifests

TARGET = S3Uri("analysis", "manifests/dag/task/run-1")
REQUEST = ManifestRequest(
    target=TARGET,
    fingerprint="these arguments",
    source="s3://photos/",
    failures_of=None,
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
