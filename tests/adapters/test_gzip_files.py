import gzip
import io

import pytest

from airflow_provider_rekmedia.adapters.gzip_files import gzip_writer, iter_gzip_lines
from airflow_provider_rekmedia.core.errors import UnreadableLedger

URI = "s3://ops/lines.gz"
LINES = [b"a\n", b"b\n", b"last"]


def compressed(level=9):
    file = io.BytesIO()
    with gzip_writer(file, level) as writer:
        writer.writelines(LINES)
    return file.getvalue()


@pytest.mark.parametrize("level", [1, 5, 9])
def test_lines_round_trip_and_equal_lines_have_equal_bytes(level):
    assert list(iter_gzip_lines(io.BytesIO(compressed(level)), URI, UnreadableLedger)) == LINES
    assert compressed(level) == compressed(level)
    assert compressed(level)[4:8] == bytes(4), "the header has no time"


def test_an_empty_file_has_no_lines():
    assert not list(iter_gzip_lines(io.BytesIO(gzip.compress(b"")), URI, UnreadableLedger))


WHOLE = compressed()


@pytest.mark.parametrize(
    "body",
    [b"not gzip", *(WHOLE[:length] for length in range(1, len(WHOLE))), WHOLE[:12] + b"\xff" + WHOLE[13:]],
)
def test_a_damaged_file_is_an_error_that_names_it_and_never_shorter(body):
    with pytest.raises(UnreadableLedger, match=URI):
        list(iter_gzip_lines(io.BytesIO(body), URI, UnreadableLedger))
