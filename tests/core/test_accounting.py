import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.accounting import Account
from airflow_provider_rekmedia.core.results import BadLine, Detection, ImageResult
from airflow_provider_rekmedia.core.summary import ImageError


def result(uri):
    return ImageResult(uri, Detection(()))


def unaccounted(account, total=None):
    return [failure.uri for failure in account.iter_unaccounted(total)]


uris = st.lists(st.sampled_from(["a", "b", "c", None]), max_size=12)


@given(lines=uris, analyzed=uris, failed=uris)
def test_every_line_is_counted_once_whatever_the_files_say(lines, analyzed, failed):
    account = Account(lines)
    results = [result(uri) for uri in analyzed if uri]
    account.settle_results(results)
    errors = [account.settle_error(ImageError(source_ref=uri)) for uri in failed]
    counted = len(results) - account.unexpected + sum(error.is_line for error in errors)
    assert counted + len(unaccounted(account)) == len(lines)


def test_a_duplicate_is_settled_as_often_as_it_stands_there():
    account = Account(["a", "a", "a"])
    account.settle_results([result("a")])
    account.settle_error(ImageError(source_ref="a"))
    assert unaccounted(account) == ["a"]


@pytest.mark.parametrize("base", [0, 1])
def test_an_error_without_a_uri_is_found_by_its_line_from_0_or_1(base):
    account = Account(["a", "b", "c"])
    account.settle_results([result(uri) for uri in "ac"])
    failure = account.settle_error(ImageError(code="X", numbered=1 + base))
    assert (failure.uri, failure.is_line) == ("b", True)
    assert unaccounted(account) == []


def test_an_error_without_a_uri_stands_for_a_line_that_cannot_be_read():
    account = Account(["a", None])
    failure = account.settle_error(ImageError(code="INVALID_JSON_LINE", numbered=2))
    assert (failure.uri, failure.is_line) == (None, True)
    assert unaccounted(account) == ["a"]


def test_an_error_of_no_line_is_told_and_stands_for_none():
    account = Account(["a"])
    assert not account.settle_error(ImageError(numbered=70)).is_line
    assert not account.settle_error(ImageError(source_ref="other")).is_line
    assert unaccounted(account) == ["a"]


def test_a_line_that_cannot_be_read_and_is_not_told_of_is_unaccounted():
    assert unaccounted(Account([None])) == [None]


@pytest.mark.parametrize(
    ("raw", "uri"),
    [
        (b'{"source-ref": "a", "detect-', "a"),
        (b'{"detect-moderation-labels": 7, "source-ref" :"a"}', "a"),
        (b'{"source-ref": "a', None),
        (b'{"source-ref": "\\u0061", "detect-', "a"),
        (b'{"source-ref": "a\\"\\\\", "detect-', 'a"\\'),
        (b'{"source-ref": "\xff"}', None),
        (b"rubbish", None),
    ],
)
def test_a_damaged_result_settles_its_image_where_it_still_tells_it(raw, uri):
    lines = ["a", 'a"\\']
    account = Account(lines)
    failure = account.settle_bad_line(BadLine(3, "broken", raw))
    assert (failure.uri, failure.is_line, failure.line_number) == (uri, uri is not None, 3)
    assert unaccounted(account) == [line for line in lines if line != uri]


def test_a_damaged_line_of_megabytes_costs_no_more_memory_than_it_has_bytes():
    raw = b'{"source-ref": "' + b"a" * 1_000_000
    tracemalloc.start()
    try:
        Account(["a"]).settle_bad_line(BadLine(3, "broken", raw))
        assert tracemalloc.get_traced_memory()[1] < len(raw)
    finally:
        tracemalloc.stop()


def test_where_the_manifest_is_gone_the_summarys_count_serves():
    account = Account(None)
    account.settle_results([result("a")])
    account.settle_error(ImageError())
    assert account.settle_bad_line(BadLine(1, "broken", b"")).is_line
    assert account.unexpected == 0
    assert unaccounted(account, 5) == [None, None]
