import contextlib
import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from task_runner import FakeTaskInstance, run_task

from airflow_provider_rekmedia.airflow_compat import AirflowFailException
from airflow_provider_rekmedia.operators.manifest import RekognitionCreateManifestOperator


def create(ti=None, **changes):
    arguments = {
        "task_id": "task",
        "source": "s3://photos/uploads/",
        "manifest_prefix": "s3://photos/manifests",
    }
    return run_task(RekognitionCreateManifestOperator(**arguments | changes), ti)


def lines_of(photos, uri):
    body = photos.client.get_object(Bucket="photos", Key=uri.removeprefix("s3://photos/"))["Body"].read()
    return [json.loads(line)["source-ref"] for line in body.decode().split("\n") if line]


def test_it_lists_jpeg_and_png_and_counts_the_rest(photos):
    expected = [photos.put(name) for name in ("a.jpg", "b.JPEG", "c.png")]
    photos.put("notes.txt")
    photos.put("d.webp")
    ti = FakeTaskInstance()

    (manifest,) = create(ti)

    assert lines_of(photos, manifest) == expected
    assert (ti.xcoms["images"], ti.xcoms["skipped"]) == (3, {"not_jpeg_or_png": 2})


@pytest.mark.parametrize("name", ['q"uote.jpg', "a b+c%20.jpg", "ünï/😀.png", "back\\slash.jpg", "/lead.jpg"])
def test_any_key_survives_a_json_reader(photos, name):
    photos.put(name)

    (manifest,) = create()

    assert lines_of(photos, manifest) == [f"s3://photos/uploads/{name}"]


def test_more_than_max_images_make_several_manifests(photos):
    expected = [photos.put(f"{n:02}.jpg", body=b"x") for n in range(7)]

    manifests = create(max_images="3")

    assert [len(lines_of(photos, uri)) for uri in manifests] == [3, 2, 2]
    assert [line for uri in manifests for line in lines_of(photos, uri)] == expected


def test_a_retry_has_the_same_manifests(photos):
    photos.put("a.jpg")

    assert create() == create()


def test_runs_and_mapped_tasks_do_not_share_manifests(photos):
    photos.put("a.jpg")
    instances = [FakeTaskInstance(), FakeTaskInstance(run_id="other"), FakeTaskInstance(map_index=1)]

    assert len({create(ti)[0] for ti in instances}) == 3


def test_the_window_includes_its_start_and_excludes_its_end(photos):
    photos.put("a.jpg")
    modified = photos.client.head_object(Bucket="photos", Key="uploads/a.jpg")["LastModified"]
    second = timedelta(seconds=1)

    assert len(create(modified_after=modified, modified_before=modified + second)) == 1
    assert create(modified_after=modified - second, modified_before=modified) == []
    assert create(modified_after=(modified + second).isoformat()) == []
    assert len(create(modified_after="", modified_before="None")) == 1


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("source", "photos/uploads"),
        ("manifest_prefix", "s3:///x"),
        ("max_images", 0),
        ("max_images", 10_001),
        ("max_images", "1.5"),
        ("modified_after", "yesterday"),
        ("min_bytes", -1),
        ("max_bytes", "big"),
        ("max_attempts", 0),
        ("max_total_images", 0.5),
        ("max_cost", "much"),
        ("on_empty", "shrug"),
        ("ledger", "ledger/"),
        ("source", None),
        ("failures_of", []),
    ],
)
def test_a_bad_argument_fails_the_task_and_writes_nothing(photos, argument, value):
    photos.put("a.jpg")

    with pytest.raises(AirflowFailException, match="s3://|" + argument):
        create(**{argument: value})

    assert photos.client.list_objects_v2(Bucket="photos", Prefix="manifests")["KeyCount"] == 0


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("max_total_images", "many"),
        ("max_cost", "much"),
        ("max_images", 0),
        ("on_empty", "shrug"),
        ("scan", {}),
        ("source", 7),
    ],
)
def test_arguments_are_parsed_before_any_call(aws, photos, argument, value):
    aws.inject("error", operation="S3", code="AccessDenied", status=403)

    with pytest.raises(AirflowFailException, match=argument):
        create(**{argument: value})


def test_a_missing_bucket_is_named(photos):
    with pytest.raises(AirflowFailException, match="NoSuchBucket"):
        create(source="s3://elsewhere/")


def test_a_naive_time_is_utc(photos):
    photos.put("a.jpg")
    naive = datetime.now(UTC).replace(tzinfo=None) + timedelta(hours=1)

    assert len(create(modified_before=naive)) == 1


def test_a_list_of_images_is_a_source(photos):
    found = [photos.put(name) for name in ("b.jpg", "a.jpg")]
    ti = FakeTaskInstance()

    (manifest,) = create(ti, source=[*found, found[0]])

    assert lines_of(photos, manifest) == sorted(found)
    assert ti.xcoms["skipped"] == {"duplicate": 1}
    assert ti.xcoms["estimate"]["image_bytes"] is None


def test_pattern_and_sizes_filter_the_source(photos):
    photos.put("small/a.jpg", body=b"x")
    photos.put("large/a.jpg", body=b"x" * 100)
    ti = FakeTaskInstance()

    (manifest,) = create(ti, pattern="uploads/*/a.jpg", min_bytes="2", max_bytes="None")

    assert lines_of(photos, manifest) == ["s3://photos/uploads/large/a.jpg"]
    assert ti.xcoms["skipped"] == {"below_min_bytes": 1}


@pytest.mark.parametrize("pattern", [None, "", "None"])
def test_a_rendered_none_pattern_selects_every_image(photos, pattern):
    photos.put("a.jpg")

    assert len(create(pattern=pattern)) == 1


@pytest.mark.parametrize(("budget", "limit"), [("max_total_images", 2), ("max_cost", "0.0025")])
def test_an_exceeded_budget_fails_before_any_write(photos, budget, limit):
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        photos.put(name)

    with pytest.raises(AirflowFailException, match=rf"analyze: 3,.*{budget}"):
        create(**{budget: limit})

    assert photos.client.list_objects_v2(Bucket="photos", Prefix="manifests")["KeyCount"] == 0
    assert len(create(**{budget: 3})) == 1


def test_a_dry_run_writes_nothing_and_logs_the_cost(photos):
    photos.put("a.jpg", body=b"x" * 100)
    ti = FakeTaskInstance()

    assert create(ti, dry_run=True) == []

    assert photos.client.list_objects_v2(Bucket="photos", Prefix="manifests")["KeyCount"] == 0
    estimate = ti.xcoms["estimate"]
    assert (estimate["images"], estimate["image_bytes"], estimate["shards"]) == (1, 100, 1)
    assert estimate["price_usd"] == 0.001
    assert ti.xcoms["images"] == 1


@pytest.mark.parametrize("changes", [{"dry_run": True}, {"max_total_images": 0}])
def test_a_run_without_manifests_does_not_write_the_ledger(photos, changes):
    photos.put("a.jpg")
    for number in range(40):
        key = f"ledger/entries/j{number}.jsonl.gz"
        photos.client.put_object(Bucket="photos", Key=key, Body=gzip.compress(b""))

    def segments():
        return photos.client.list_objects_v2(Bucket="photos", Prefix="ledger/entries/")["KeyCount"]

    with contextlib.suppress(AirflowFailException):
        create(ledger="s3://photos/ledger/", **changes)
    assert segments() == 40
    create(ledger="s3://photos/ledger/")
    assert segments() == 1


@pytest.mark.parametrize("budget", [{"max_total_images": 1}, {"max_cost": 0.001}])
def test_a_budget_may_be_used_up_exactly(photos, budget):
    photos.put("a.jpg")

    assert len(create(**budget)) == 1


def test_the_estimate_uses_the_region_of_the_connection(photos):
    for number in range(6):
        photos.put(f"{number}.jpg")
    ti = FakeTaskInstance()

    create(ti, dry_run=True)

    # us-east-1 has 50 calls a second, most regions have 5:
    # https://docs.aws.amazon.com/general/latest/gr/rekognition.html
    assert ti.xcoms["estimate"]["per_image_s"] == 1


def test_a_retry_returns_the_same_set_despite_new_images(photos):
    photos.put("a.jpg")
    first = create()
    photos.put("b.jpg")

    assert create() == first
    assert len(lines_of(photos, first[0])) == 1


def test_a_clear_lists_again(photos):
    photos.put("a.jpg")
    create()
    photos.put("b.jpg")

    (manifest,) = create(FakeTaskInstance(max_tries=1))

    assert len(lines_of(photos, manifest)) == 2


def test_the_index_names_the_whole_set(photos):
    photos.put("a.jpg")
    photos.put("b.txt")
    ti = FakeTaskInstance()

    (manifest,) = create(ti)

    key = ti.xcoms["index"]["uri"].removeprefix("s3://photos/")
    index = json.loads(photos.client.get_object(Bucket="photos", Key=key)["Body"].read())
    assert index["manifests"] == [{"uri": manifest, "images": 1}]
    assert index["skip_file"] == ti.xcoms["index"]["skip_file"]
