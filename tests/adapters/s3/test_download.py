import pytest
from botocore.exceptions import IncompleteReadError, ResponseStreamingError
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.adapters.s3.download import iter_blocks, iter_chunks
from airflow_provider_rekmedia.core.errors import ObjectUnreadable, Unavailable
from airflow_provider_rekmedia.core.s3_uri import S3Uri

NOTE = S3Uri("analysis", "note.txt")
CUT_OFF = IncompleteReadError(actual_bytes=1, expected_bytes=2)

# "\u2028", "\x85", "\x0b" and "\x1e" end a line for str.splitlines, but not for JSON Lines.
texts = st.text(alphabet='a"{}\n\r\u2028\u0085\x0b\x1e é', max_size=40)


class FakeBody:
    """A streaming body that yields given chunks and then may raise."""

    def __init__(self, chunks, error=None):
        self.chunks = chunks
        self.error = error

    def iter_chunks(self, chunk_size):
        yield from self.chunks
        if self.error:
            raise self.error


class FakeS3Client:
    """A boto3 S3 client with one object. Each connection breaks after some bytes."""

    def __init__(self, body, *, cuts=(), chunk=None, error=CUT_OFF):
        self.body = body
        self.cuts = list(cuts)
        self.chunk = chunk or max(1, len(body))
        self.error = error
        self.requests = []

    def get_object(self, **arguments):
        self.requests.append(arguments)
        start = int(arguments.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))
        end = start + self.cuts.pop(0) if self.cuts else len(self.body)
        rest = self.body[start:end]
        chunks = [rest[at : at + self.chunk] for at in range(0, len(rest), self.chunk)]
        error = self.error if end < len(self.body) else None
        return {"Body": FakeBody(chunks, error), "ContentLength": len(self.body) - start, "ETag": '"e1"'}


def lines_of(body, **how):
    return [
        line
        for block in iter_blocks(FakeS3Client(body, **how), NOTE)
        for line in block.removesuffix(b"\n").split(b"\n")
    ]


@given(text=texts, cuts=st.lists(st.integers(1, 20), max_size=4), chunk=st.integers(1, 9))
def test_lines_do_not_depend_on_how_the_network_splits_them(text, cuts, chunk):
    body = text.encode()
    whole = body.split(b"\n")
    assert lines_of(body, cuts=cuts, chunk=chunk) == (whole if whole[-1] else whole[:-1])


@given(texts, st.integers(1, 9))
def test_a_block_is_whole_lines(text, chunk):
    blocks = list(iter_blocks(FakeS3Client(text.encode(), chunk=chunk), NOTE))
    assert b"".join(blocks) == text.encode()
    assert all(block.endswith(b"\n") for block in blocks[:-1])


@pytest.mark.parametrize(
    ("body", "lines"), [(b"", []), (b"a", [b"a"]), (b"a\n", [b"a"]), (b"\n", [b""]), (b"\n\n", [b"", b""])]
)
def test_an_empty_text_after_the_last_newline_is_not_a_line(body, lines):
    assert lines_of(body) == lines


def test_a_broken_download_resumes_at_its_offset_with_the_same_etag():
    client = FakeS3Client(b"0123456789", cuts=[4, 3])
    assert b"".join(iter_chunks(client, NOTE)) == b"0123456789"
    assert [request.get("Range") for request in client.requests] == [None, "bytes=4-", "bytes=7-"]
    assert [request.get("IfMatch") for request in client.requests] == [None, '"e1"', '"e1"']


def test_every_connection_requests_the_version():
    client = FakeS3Client(b"0123456789", cuts=[4])
    list(iter_chunks(client, NOTE, "v1"))
    assert [request["VersionId"] for request in client.requests] == ["v1", "v1"]


def test_broken_connections_are_retried_while_bytes_arrive():
    client = FakeS3Client(b"0123456789", cuts=[1] * 9)
    assert b"".join(iter_chunks(client, NOTE)) == b"0123456789"
    assert len(client.requests) == 10


@pytest.mark.parametrize("error", [CUT_OFF, ResponseStreamingError(error="reset by peer")])
def test_four_connections_without_bytes_end_the_download(error):
    client = FakeS3Client(b"0123456789", cuts=[4, 0, 0, 0, 0], error=error)
    chunks = iter_chunks(client, NOTE)
    assert next(chunks) == b"0123"
    with pytest.raises(Unavailable):
        next(chunks)
    assert len(client.requests) == 4


def test_a_missing_object_is_an_error_without_a_retry(stage):
    with pytest.raises(ObjectUnreadable):
        list(iter_chunks(stage.s3, NOTE))


def test_an_object_replaced_during_the_download_is_an_error(stage):
    stage.objects.put(NOTE, b"0123456789", "text/plain")
    real = stage.s3.get_object

    class Replaced:
        def get_object(self, **arguments):
            if "Range" in arguments:
                stage.objects.put(NOTE, b"abcdefghij", "text/plain")
                return real(**arguments)
            answer = real(**arguments)
            return answer | {"Body": FakeBody([b"0123"], CUT_OFF)}

    with pytest.raises(ObjectUnreadable):
        b"".join(iter_chunks(Replaced(), NOTE))
