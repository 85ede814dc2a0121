from itertools import pairwise

import pytest
from botocore.exceptions import IncompleteReadError, ResponseStreamingError
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.adapters.s3 import S3Objects
from airflow_provider_rekmedia.core.refusals import ObjectUnreadable, Throttled, Unavailable
from airflow_provider_rekmedia.core.s3_uri import S3Uri

NOTE = S3Uri("analysis", "note.txt")

# "\u2028", "\x85", "\x0b" and "\x1e" end a line for str.splitlines, but not for JSON Lines.
texts = st.text(alphabet='a"{}\n\r\u2028\u0085\x0b\x1e é', max_size=40)


class FakeBody:
    """
    A streaming body that comes in given chunks, as the network cuts them; then it may raise.

    It takes the place of botocore's ``StreamingBody``.
    """

    def __init__(self, chunks, error=None):
        self.chunks = chunks
        self.error = error
        self.given = 0

    def iter_chunks(self, chunk_size):
        for chunk in self.chunks:
            self.given += 1
            yield chunk
        if self.error:
            raise self.error


class FakeS3Client:
    """boto3's S3 client, with one object in it."""

    def __init__(self, body):
        self.body = body
        self.asked = None

    def get_object(self, **where):
        self.asked = where
        return {"Body": self.body}


def lines_of(*chunks, error=None):
    client = FakeS3Client(FakeBody(chunks, error))
    return S3Objects(client).iter_lines(NOTE)


@given(text=texts, cuts=st.lists(st.integers(0, 80), max_size=8))
def test_lines_are_the_same_wherever_the_network_cuts_them(text, cuts):
    body = text.encode()
    edges = [0, *sorted(min(cut, len(body)) for cut in cuts), len(body)]
    chunks = [body[start:end] for start, end in pairwise(edges)]
    assert b"".join(chunks) == body
    whole = body.split(b"\n")
    assert list(lines_of(*chunks)) == (whole if whole[-1] else whole[:-1])


@pytest.mark.parametrize("size", range(1, 9))
def test_lines_end_at_newlines_alone(size):
    body = '"a\u2028b"\r\n\n"é\u0085"'.encode()
    chunks = [body[start : start + size] for start in range(0, len(body), size)]
    assert list(lines_of(*chunks)) == ['"a\u2028b"\r'.encode(), b"", '"é\u0085"'.encode()]


@pytest.mark.parametrize(
    ("body", "lines"), [(b"", []), (b"a", [b"a"]), (b"a\n", [b"a"]), (b"\n", [b""]), (b"\n\n", [b"", b""])]
)
def test_what_follows_the_last_newline_is_a_line_only_if_it_is_something(body, lines):
    assert list(lines_of(body)) == lines


def test_lines_come_as_the_chunks_come():
    body = FakeBody([b"a\n", b"b\n", b"c\n"])
    lines = S3Objects(FakeS3Client(body)).iter_lines(NOTE)
    assert next(lines) == b"a"
    assert body.given == 1


def test_a_version_is_asked_for_where_one_is_given():
    client = FakeS3Client(FakeBody([]))
    list(S3Objects(client).iter_lines(NOTE, "v1"))
    assert client.asked == {"Bucket": "analysis", "Key": "note.txt", "VersionId": "v1"}


@pytest.mark.parametrize(
    "error",
    [IncompleteReadError(actual_bytes=1, expected_bytes=2), ResponseStreamingError(error="reset by peer")],
)
def test_a_download_that_is_cut_off_is_unavailable_and_no_end(error):
    lines = lines_of(b"a\nb", error=error)
    assert next(lines) == b"a"
    with pytest.raises(Unavailable):
        next(lines)


def test_an_object_is_put_read_looked_at_and_deleted(stage):
    stage.objects.put(NOTE, b"a\nb", "text/plain")
    assert stage.objects.read(NOTE) == b"a\nb"
    assert list(stage.objects.iter_lines(NOTE)) == [b"a", b"b"]
    assert stage.objects.head(NOTE).size_bytes == 3
    stage.objects.delete(NOTE)
    assert stage.objects.head(NOTE) is None
    stage.objects.delete(NOTE)


@pytest.mark.parametrize("versioning", ["Suspended", "Enabled"])
def test_the_etag_changes_with_the_bytes_and_only_with_them(stage, versioning):
    stage.s3.put_bucket_versioning(Bucket="analysis", VersioningConfiguration={"Status": versioning})
    tags = []
    for body in (b"one", b"two", b"one"):
        stage.objects.put(NOTE, body, "text/plain")
        tags.append(stage.objects.head(NOTE).etag)
    assert tags[0] == tags[2] != tags[1]


@pytest.mark.parametrize("uri", [NOTE, S3Uri("nowhere", "note.txt")])
def test_what_is_not_there_cannot_be_read(stage, uri):
    with pytest.raises(ObjectUnreadable):
        stage.objects.read(uri)
    with pytest.raises(ObjectUnreadable):
        list(stage.objects.iter_lines(uri))


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [("throttle", Throttled), ("http_500", Unavailable), ("connection_reset", Unavailable)],
)
def test_a_fault_of_s3_is_recognized_on_the_wire(stage, kind, refusal):
    for call in (
        lambda: stage.objects.read(NOTE),
        lambda: stage.objects.put(NOTE, b"", "text/plain"),
        lambda: stage.objects.delete(NOTE),
        lambda: list(stage.objects.iter_lines(NOTE)),
        lambda: list(stage.objects.iter_objects(NOTE)),
    ):
        stage.emulator.inject(kind, operation="S3")
        with pytest.raises(refusal):
            call()


def test_a_prefix_is_listed_in_order_with_keys_as_s3_has_them(stage):
    keys = [
        "p/a b.jpg",
        "p/a%20b.jpg",
        "p/a+b.jpg",
        "p/sub/é.jpg",
        "p/\u2028.jpg",
        "q/other.jpg",
    ]
    for key in keys:
        stage.objects.put(S3Uri("analysis", key), key.encode(), "text/plain")
    listed = list(stage.objects.iter_objects(S3Uri("analysis", "p/")))
    assert [found.uri.key for found in listed] == sorted(keys[:-1], key=str.encode)
    assert all(stage.objects.read(found.uri).decode() == found.uri.key for found in listed)
    assert all(found.modified_at.utcoffset().total_seconds() == 0 for found in listed)
    assert [found.size_bytes for found in listed] == [len(found.uri.key.encode()) for found in listed]


def test_an_empty_prefix_lists_nothing(stage):
    assert list(stage.objects.iter_objects(S3Uri("analysis", "none/"))) == []
