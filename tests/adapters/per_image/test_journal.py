import json

import pytest

from airflow_provider_rekmedia.adapters.per_image.journal import ImageJournal
from airflow_provider_rekmedia.core.errors import UnreadableRecord
from airflow_provider_rekmedia.core.per_image.settled_image import SettledImage
from airflow_provider_rekmedia.core.s3_uri import S3Uri

FOLDER = S3Uri("analysis", "night/_rekmedia/per_image/digest/job/parts/")


def answered(line, confidence=50.0):
    labels = [{"Name": "Pills", "Confidence": confidence}]
    return SettledImage(line=line, source_ref=f"s3://photos/{line}.jpg", answer={"ModerationLabels": labels})


def failed(line):
    return SettledImage(line=line, source_ref=f"s3://photos/{line}.jpg", code="ImageTooLargeException")


@pytest.fixture
def journal(stage):
    made = []

    def make():
        made.append(ImageJournal(stage.objects, FOLDER, stage.objects.put))
        made[-1].load()
        return made[-1]

    yield make
    for opened in made:
        opened.close()


def composed(journal):
    with journal.compose() as file:
        return [json.loads(line) for line in file]


def test_results_are_in_the_order_of_the_manifest(journal):
    written = journal()
    written.write([answered(3), failed(2)])
    written.write([answered(1)])

    assert [line["source-ref"] for line in composed(written)] == ["s3://photos/1.jpg", "s3://photos/3.jpg"]
    assert list(written.failed) == [2]


def test_a_new_journal_loads_the_written_results(journal):
    journal().write([answered(3), failed(2)])

    found = journal()

    assert len(found) == 2
    assert 3 in found
    assert 1 not in found
    assert found.lines() == {2, 3}
    assert len(composed(found)) == 1


def test_results_of_two_workers_count_once_and_every_try_picks_the_same(journal):
    journal().write([answered(1, confidence=60.0)])
    journal().write([answered(1, confidence=70.0)])

    first, second = composed(journal()), composed(journal())

    assert len(first) == 1
    assert first == second


def test_a_damaged_part_is_an_error_with_its_name(journal, stage):
    stage.objects.put(FOLDER.join("000000-x.jsonl"), b'{"line": 1, "ans', "application/jsonl")

    with pytest.raises(UnreadableRecord, match=r"parts/000000-x\.jsonl"):
        journal()


def test_failures_without_a_call_are_in_the_files_and_not_in_the_parts(journal):
    first = journal()
    first.settle_free([failed(9)])

    assert list(first.failed) == [9]
    assert len(journal()) == 0
