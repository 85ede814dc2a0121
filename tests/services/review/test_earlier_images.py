"""Undecided images of earlier runs."""

from core.review.rows import row
from services.review.review_stage import HOLDS, PREFIX, Stage

from airflow_provider_rekmedia.adapters.results.verdict_files import VerdictFiles
from airflow_provider_rekmedia.adapters.review.review_files import ReviewFiles
from airflow_provider_rekmedia.core.actions.holds import hold_uri
from airflow_provider_rekmedia.core.review.selection import HeldImages
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.verdict_file import verdict_folder
from airflow_provider_rekmedia.services.review import earlier_images
from airflow_provider_rekmedia.services.review.earlier_images import read_earlier, undecided_folder


def leave(stage, run, *rows, dag="nightly"):
    with VerdictFiles(stage.objects, undecided_folder(PREFIX, dag, run)) as files:
        files.add(rows)
        return files.write().uris


def read(stage, run="wednesday", held=()):
    files = ReviewFiles(stage.objects, verdict_folder(PREFIX, "nightly", run))
    return read_earlier(PREFIX, ("nightly", run), files, HeldImages(HOLDS, held))


def test_only_other_runs_of_the_same_dag_are_read():
    stage = Stage()
    uris = leave(stage, "monday", row("a"))
    leave(stage, "wednesday", row("own"))
    leave(stage, "monday", row("other"), dag="nightly2")

    earlier = read(stage)

    assert (earlier.uris, list(earlier.rows)) == (uris, ["s3://photos/a"])


def test_held_images_are_left_out():
    stage = Stage()
    leave(stage, "monday", row("a"), row("b"))

    earlier = read(stage, held=[hold_uri(HOLDS, S3Uri("photos", "a")).key])

    assert list(earlier.rows) == ["s3://photos/b"]


def test_the_number_of_images_has_a_limit(monkeypatch, caplog):
    monkeypatch.setattr(earlier_images, "_MAX_IMAGES", 1)
    stage = Stage()
    leave(stage, "monday", row("a", confidence=90.0), row("b", confidence=60.0))

    assert list(read(stage).rows) == ["s3://photos/a"]
    assert "1 undecided images of earlier runs do not come back in a queue" in caplog.text


def test_a_copy_is_part_of_the_review():
    stage = Stage()
    leave(stage, "monday", row("a"))

    (uri,) = read(stage).copy(ReviewFiles(stage.objects, S3Uri("ops", "run/")))

    assert uri.startswith("s3://ops/run/earlier/")
