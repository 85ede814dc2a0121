import gzip
import io
import sys
from urllib.parse import quote_plus

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from airflow_provider_rekmedia.adapters.images.image_lists import iter_image_list
from airflow_provider_rekmedia.core.errors import BadImageList, ExtraMissing
from airflow_provider_rekmedia.core.s3_uri import S3Uri

NAMES = ["a b.jpg", 'q"u,o.jpg', "ü+%20.png"]
URIS = [f"s3://photos/{name}" for name in NAMES]


def parquet(**columns):
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


def read(stage, name, body):
    uri = S3Uri("analysis", name)
    stage.objects.put(uri, body, "text/plain")
    return list(iter_image_list(uri, stage.objects))


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("x.txt", "\n".join(URIS).encode()),
        ("x.txt", b"\xef\xbb\xbf" + "\r\n\r\n".join(URIS).encode() + b"\n"),
        ("x.txt.gz", gzip.compress("\n".join(URIS).encode(), mtime=0)),
        ("x.jsonl", "\n".join('"' + uri.replace('"', '\\"') + '"' for uri in URIS).encode()),
        ("x.ndjson", b'{"source-ref": "s3://photos/a b.jpg"}\n\n{"bucket": "photos", "key": "q\\"u,o.jpg"}\n'
         + '{"uri": "s3://photos/ü+%20.png", "size": null}'.encode()),
        ("x.csv", ("uri,more\n" + "\n".join('"' + u.replace('"', '""') + '",1' for u in URIS)).encode()),
        ("x.csv", ("\ufeffuri\r\n" + "\r\n".join('"' + u.replace('"', '""') + '"' for u in URIS)).encode()),
        ("x.csv", ("\ufeff" + "\r\n".join('"' + u.replace('"', '""') + '"' for u in URIS)).encode()),
        ("x.CSV", ("\n".join('"' + uri.replace('"', '""') + '"' for uri in URIS)).encode()),
        ("x.parquet", parquet(uri=URIS)),
        ("x.parquet", parquet(uri=pa.array([uri.encode() for uri in URIS], pa.binary()))),
        ("x.csv", "\n".join(f'photos,"{quote_plus(name)}",v1' for name in NAMES).encode()),
        ("x.parquet", parquet(bucket=["photos"] * 3, key=NAMES, other=[1, 2, 3])),
    ],
)  # fmt: skip
def test_every_format_lists_the_same_images(stage, name, body):
    assert [str(found.uri) for found in read(stage, name, body)] == URIS


@pytest.mark.parametrize("name", ["x.txt", "x.csv", "x.jsonl"])
def test_an_empty_file_lists_no_image(stage, name):
    assert read(stage, name, b"") == []


@pytest.mark.parametrize(
    ("name", "body", "row"),
    [
        ("x.txt", b"s3://photos/a.jpg\ncat.jpg\n", 2),
        ("x.csv", b"uri\ns3://photos/a.jpg\n\nnone\n", 4),
        ("x.csv", b"name\ncat\n", 1),
        ("x.csv", b"uri;size\ns3://photos/a.jpg;12\n", 1),
        ("x.csv", b"name,path\n", 1),
        ("x.csv", b"photos,a.jpg\nphotos\n", 2),
        ("x.csv", b"uri,size\ns3://photos/a.jpg,1\ns3://photos/b.jpg,many\n", 3),
        ("x.csv", b"\ns3://photos/a.jpg\n", 1),
        ("x.csv", b"s3://photos/a.jpg\ns3://photos/Smith, John.jpg\n", 2),
        ("x.csv", b"s3://photos/Smith, John.jpg\n", 1),
        ("x.csv", b"uri\ns3://photos/a.jpg,b.jpg\n", 2),
        ("x.csv", b"bucket,key\nphotos,a.jpg,b.jpg\n", 2),
        ("x.csv", b'uri\n"s3://photos/a.jpg\ns3://photos/b.jpg\n', 2),
        ("x.csv", b'uri\n"s3://photos/a.jpg\n"s3://photos/b.jpg"\n', 2),
        ("x.jsonl", b'{"source-ref": "s3://photos/a.jpg", "size": Infinity}\n', 1),
        ("x.jsonl", b'{"bucket": "pho\\ud800tos", "key": "a.jpg"}\n', 1),
        ("x.jsonl", b"s" + b"[" * 100_000, 1),
        ("x.jsonl", b"[" * 100_000, 1),
        ("x.jsonl", b'"s3://photos/a.jpg"\n{"uri":', 2),
        ("x.jsonl", b"7\n", 1),
        ("x.txt", b"s3://photos/a.jpg\n\xff\xfe\n", 2),
        ("x.parquet", b"no parquet", 1),
        ("x.txt.gz", gzip.compress(b"s3://photos/a.jpg\n" * 9, mtime=0)[:-9], 10),
        ("x.txt.gz", gzip.compress(b"s3://photos/a.jpg\n", mtime=0)[:10] + b"\xff" * 20, 1),
    ],
)
def test_a_row_without_an_image_is_an_error_with_its_number(stage, name, body, row):
    with pytest.raises(BadImageList, match=rf"x\.\S+ cannot be read at row {row}:"):
        read(stage, name, body)


def test_a_parquet_list_without_pyarrow_says_what_to_install(stage, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(ExtraMissing):
        read(stage, "x.parquet", parquet(uri=URIS))


def test_a_bad_value_is_reported_as_such(stage):
    with pytest.raises(BadImageList, match="row 2: its size 'many' is not a number of bytes") as caught:
        read(stage, "x.csv", b"uri,size\ns3://photos/a.jpg,many\n")
    assert "S3 uri" not in str(caught.value)
