import pytest

from airflow_provider_rekmedia.adapters.results.verdict_files import VerdictFiles, iter_verdict_rows
from airflow_provider_rekmedia.core.images.shard_entry import (
    ShardEntry,
    encode_shard_entry,
    shard_entries_uri,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.judgement import Judgement
from airflow_provider_rekmedia.core.verdicts.policy import ANY_LABEL
from airflow_provider_rekmedia.services.results.unanalyzed_manifests import add_unanalyzed

MANIFEST = S3Uri("photos", "run/manifest.jsonl")
JUDGEMENT = Judgement.by(ANY_LABEL, dag_id="nightly", run_id="r1")


@pytest.fixture
def rows(stage):
    def read(*uris):
        with VerdictFiles(stage.objects, S3Uri("analysis", "verdicts/")) as files:
            add_unanalyzed(uris, JUDGEMENT, files, stage.objects)
            return list(iter_verdict_rows(files.write().uris, stage.objects))

    return read


def test_every_image_of_a_manifest_without_a_job_is_reviewed(stage, rows):
    body = b'{"source-ref": "s3://photos/a.jpg"}\n{"source-ref": "s3://photos/b.jpg"}\n\nrubbish\n'
    stage.objects.put(MANIFEST, body, "application/jsonl")
    listed = encode_shard_entry(ShardEntry("s3://photos/a.jpg", "e1"))
    stage.objects.put(shard_entries_uri(MANIFEST), listed, "application/jsonl")

    found = [(row.key, row.etag, row.verdict, row.rule, row.job_id) for row in rows(str(MANIFEST))]

    assert found == [
        ("a.jpg", "e1", "review", "not_analyzed", None),
        ("b.jpg", None, "review", "not_analyzed", None),
    ]


def test_a_manifest_that_was_deleted_is_a_warning(rows, caplog):
    assert rows("s3://photos/gone.jsonl") == []
    assert "No verdict file has the images of s3://photos/gone.jsonl" in caplog.text
