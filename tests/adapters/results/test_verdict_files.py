import gzip
import json
import tracemalloc

import duckdb
import msgspec
import pytest
from core.verdicts.test_verdict_file import ROW

from airflow_provider_rekmedia.adapters.results import verdict_files
from airflow_provider_rekmedia.adapters.results.verdict_files import VerdictFiles, iter_verdict_rows
from airflow_provider_rekmedia.core.errors import UnreadableVerdicts
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri
from airflow_provider_rekmedia.core.verdicts.verdict import Decision

FOLDER = S3Uri("analysis", "verdicts/dag_id=nightly/run_id=1/")


def row(name, verdict=Decision.REVIEW, confidence=90.0):
    uri = f"s3://photos/{name}"
    return msgspec.structs.replace(ROW, uri=uri, key=name, verdict=verdict, confidence=confidence)


def write(stage, *parts):
    with VerdictFiles(stage.objects, FOLDER) as files:
        for part in parts:
            files.add(part)
        return files.write()


def keys(stage, written):
    return [each.key for each in iter_verdict_rows(written.uris, stage.objects)]


def test_the_worst_image_comes_first_over_all_parts(stage):
    written = write(
        stage,
        [row("a", confidence=60), row("b", confidence=None), row("c", confidence=99)],
        [row("d", Decision.BLOCK, 50), row("e", Decision.BLOCK, None), row("f", confidence=60)],
    )

    assert keys(stage, written) == ["d", "e", "c", "a", "f", "b"]
    assert written.images == 6


def test_rows_are_read_back_as_they_were_written(stage):
    assert list(iter_verdict_rows(write(stage, [ROW]).uris, stage.objects)) == [ROW]


def test_files_have_a_stated_number_of_rows(stage, monkeypatch):
    monkeypatch.setattr(verdict_files, "ROWS_PER_FILE", 2)

    written = write(stage, [row(str(number), confidence=number) for number in range(5)])

    assert [uri.rpartition("-")[2] for uri in written.uris] == [f"0000{n}.jsonl.gz" for n in range(3)]
    sizes = [len(list(iter_verdict_rows([uri], stage.objects))) for uri in written.uris]
    assert sizes == [2, 2, 1]
    assert keys(stage, written) == ["4", "3", "2", "1", "0"]


def test_without_images_there_is_no_file(stage):
    assert write(stage).as_dict() == {"version": 1, "uris": [], "images": 0}
    assert not list(stage.objects.iter_objects(FOLDER))


def test_a_file_is_never_replaced(stage, monkeypatch):
    first = write(stage, [row("a")])
    other = write(stage, [row("a"), row("b")])
    monkeypatch.setattr(stage.objects, "put_if_absent", None)

    assert write(stage, [row("a")]) == first
    assert not set(first.uris) & set(other.uris)
    assert keys(stage, first) == ["a"]


def test_other_programs_read_the_files(stage, tmp_path):
    written = write(stage, [row("a"), row("b", Decision.BLOCK)])
    body = stage.objects.read(parse_s3_uri(written.uris[0]))
    (tmp_path / "part.jsonl.gz").write_bytes(body)

    assert [json.loads(line)["key"] for line in gzip.decompress(body).splitlines()] == ["b", "a"]
    found = duckdb.read_json(str(tmp_path / "part.jsonl.gz")).filter("verdict = 'block'")
    assert found.project("key, labels[1].name").fetchall() == [("b", "Pills")]


@pytest.mark.parametrize("damage", [lambda body: body[:-20], lambda body: b"no gzip", lambda body: body[:30]])
def test_a_damaged_file_is_an_error_and_never_shorter(stage, damage):
    (uri,) = write(stage, [row("a"), row("b")]).uris
    stage.objects.put(parse_s3_uri(uri), damage(stage.objects.read(parse_s3_uri(uri))), "application/gzip")

    with pytest.raises(UnreadableVerdicts, match=uri):
        list(iter_verdict_rows([uri], stage.objects))


class Nowhere:
    """S3 that keeps nothing, because the memory of this process is measured."""

    def head(self, _):
        return None

    def put_if_absent(self, _, body, __):
        body.read(1)


def test_memory_does_not_grow_with_the_number_of_images():
    peaks = []
    for parts in (2, 40):
        tracemalloc.start()
        with VerdictFiles(Nowhere(), FOLDER) as files:
            for part in range(parts):
                files.add(row(f"{part}-{number}") for number in range(500))
            files.write()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] + 200_000
