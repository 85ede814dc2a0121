"""A night of which every image failed is not green."""

import gzip
import json

import pytest

ENGINES = ("bulk", "per_image")


@pytest.fixture
def seen(photos, run_dag):
    for number in range(3):
        photos.put(f"{number}.jpg", body=b"GIF89a, no image")
    return run_dag("nothing_analyzed")


@pytest.mark.parametrize("engine", ENGINES)
def test_the_results_task_fails_after_its_files_are_written(seen, photos, engine):
    assert seen.state == "failed"
    assert seen.states()[f"{engine}.results"] == "failed"
    counts = seen.xcom(f"{engine}.results", "counts")
    assert (counts["images"], counts["analyzed"], counts["block"]) == (3, 0, 3)

    (uri,) = seen.xcom(f"{engine}.results", "verdicts")["uris"]

    body = photos.client.get_object(Bucket="photos", Key=uri.removeprefix("s3://photos/"))["Body"].read()
    rows = [json.loads(line) for line in gzip.decompress(body).splitlines()]
    assert [(row["verdict"], row["rule"], row["confidence"]) for row in rows] == [
        ("block", "not_analyzed", None)
    ] * 3
    assert all(row["etag"] and row["size_bytes"] and row["last_modified"] for row in rows)
