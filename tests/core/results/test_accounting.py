import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.results.accounting import Account, AccountWithoutManifest
from airflow_provider_rekmedia.core.results.image_result import BadLine, Detection, ImageResult
from airflow_provider_rekmedia.core.results.summary import ImageError

RUBBISH, BLANK = b"rubbish", b" \r"


def result(uri):
    return ImageResult(uri, Detection(()))


def account_of(*lines, total=None):
    """An account of a manifest: uris, or raw lines."""
    raw = (line if isinstance(line, bytes) else json.dumps({"source-ref": line}).encode() for line in lines)
    return Account(raw, total)


def error(uri=None, number=None):
    return ImageError(code="X", source_ref=uri, line_numer=number)


def settled(account, *errors):
    """The uri of each error, and whether it stands for a line."""
    return [(each.uri, each.is_line) for each in account.settle_errors(errors)]


def unaccounted(account):
    return [failure.uri for failure in account.iter_unaccounted()]


lines = st.lists(st.sampled_from(["a", "b", "c", RUBBISH, BLANK]), max_size=12)
uris = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=12)
errors = st.lists(st.builds(error, st.sampled_from(["a", "b", "d", None]), st.none() | st.integers(-1, 14)))


@given(lines=lines, analyzed=uris, failed=errors)
def test_every_line_is_counted_once_for_any_files(lines, analyzed, failed):
    for total, expected in ((len(lines), len(lines)), (None, len(lines) - lines.count(BLANK))):
        account = account_of(*lines, total=total)
        account.settle_results(list(map(result, analyzed)))
        failures = account.settle_errors(failed)
        counted = len(analyzed) - account.unexpected + sum(each.lines for each in failures)
        assert counted + len(unaccounted(account)) == expected
        assert [each.line_number for each in failures] == [each.line_number for each in failed]


@given(analyzed=uris, failed=errors, total=st.integers(0, 30))
def test_without_a_manifest_at_least_the_lines_of_the_summary_are_counted(analyzed, failed, total):
    account = AccountWithoutManifest(total)
    account.settle_results(list(map(result, analyzed)))
    counted = len(analyzed) + sum(each.lines for each in account.settle_errors(failed))
    assert counted + sum(each.lines for each in account.iter_unaccounted()) == max(total, counted)


def test_each_occurrence_of_a_duplicate_is_settled_once():
    account = account_of("a", "a", "a")
    account.settle_results([result("a")])
    assert settled(account, error("a")) == [("a", True)]
    assert unaccounted(account) == ["a"]


@pytest.mark.parametrize("base", [0, 1])
def test_an_error_without_a_uri_is_matched_by_its_line_number_from_0_or_1(base):
    account = account_of("a", "b", "c")
    account.settle_results([result(uri) for uri in "ac"])
    assert settled(account, error(number=1 + base)) == [("b", True)]
    assert unaccounted(account) == []


@pytest.mark.parametrize("base", [0, 1])
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_numbers_of_all_errors_decide_if_they_start_at_0_or_1(base, order):
    account = account_of("a", "b", "c", "d", total=4)
    account.settle_results([result("d")])
    found = settled(account, *(error(number=index + base) for index in order))
    assert found == [("abc"[index], True) for index in order]


@pytest.mark.parametrize("base", [0, 1])
def test_an_error_with_a_uri_decides_the_numbering_of_the_others(base):
    account = account_of("a", "b", "c", "d")  # b and c are of neither file
    found = settled(account, error(number=1 + base), error("d", 3 + base), error("a", base))
    assert found == [("b", True), ("d", True), ("a", True)]
    assert unaccounted(account) == ["c"]


def test_a_numbered_error_never_matches_the_image_of_an_error_with_a_uri():
    account = account_of("a", RUBBISH, "c")
    account.settle_results([result("a")])
    assert settled(account, error(number=2), error("c", 3)) == [(None, True), ("c", True)]
    assert unaccounted(account) == []


def test_an_unreadable_line_is_matched_before_a_pending_neighbour():
    account = account_of(RUBBISH, "a")
    assert settled(account, error(number=1)) == [(None, True)]
    assert unaccounted(account) == ["a"]


def test_blank_lines_have_numbers_but_are_not_counted():
    account = account_of("a", BLANK, b"", "b", "c", total=3)
    account.settle_results([result("a")])
    assert settled(account, error(number=5), error(number=4)) == [("c", True), ("b", True)]
    assert unaccounted(account) == []


@pytest.mark.parametrize("first", [0, 1])
def test_the_numbers_of_all_errors_decide_if_blank_lines_have_numbers(first):
    manifest = ("a", BLANK, "b", b"", b"", "c")
    account = account_of(*manifest)
    assert settled(account, error(number=first + 1), error("c", first + 2)) == [("b", True), ("c", True)]
    account = account_of(*manifest)
    assert settled(account, error(number=first + 2), error("c", first + 5)) == [("b", True), ("c", True)]


def test_by_default_numbers_start_at_1_and_blank_lines_have_numbers():
    assert settled(account_of("a", b"", "b", "c", total=3), error(number=3)) == [("b", True)]


def test_a_blank_line_counts_if_the_summary_counts_it():
    account = account_of("a", b"", "b", total=3)
    account.settle_results([result("a")])
    assert settled(account, error(number=2), error("b", 3)) == [(None, True), ("b", True)]
    assert unaccounted(account) == []
    assert unaccounted(account_of("a", b"", total=2)) == ["a", None]


def test_an_error_of_an_uncounted_blank_line_stands_for_no_line():
    assert settled(account_of("a", b"", "b", total=2), error(number=2), error("b", 3))[0] == (None, False)


def test_an_error_with_an_unknown_number_stands_for_an_unreadable_line():
    account = account_of("a", RUBBISH, RUBBISH)
    found = settled(account, error(number=70), error(number=3), error())
    assert found == [(None, True), (None, True), (None, False)]
    assert unaccounted(account) == ["a"]


def test_an_error_without_a_line_is_listed_but_not_counted():
    account = account_of("a")
    assert settled(account, error(number=70), error("other")) == [(None, False), ("other", False)]
    assert unaccounted(account) == ["a"]


def test_an_unreadable_line_without_an_error_is_unaccounted():
    assert unaccounted(account_of(RUBBISH, b"[" * 3_000, "a")) == ["a", None, None]


@pytest.mark.parametrize(
    ("total", "contradicts_summary"),
    [(None, False), (1, True), (2, False), (3, False), (4, False), (5, True)],
)
def test_a_summary_with_another_number_of_lines_contradicts_the_manifest(total, contradicts_summary):
    assert account_of("a", b"", RUBBISH, BLANK, total=total).contradicts_summary is contradicts_summary


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
def test_a_damaged_result_settles_its_image_if_the_uri_can_be_recovered(raw, uri):
    manifest = ["a", 'a"\\']
    account = account_of(*manifest)
    failure = account.settle_bad_line(BadLine(3, "broken", raw))
    assert (failure.uri, failure.is_line, failure.line_number) == (uri, uri is not None, 3)
    assert unaccounted(account) == [line for line in manifest if line != uri]


def test_a_damaged_line_of_megabytes_costs_no_more_memory_than_it_has_bytes():
    raw = b'{"source-ref": "' + b"a" * 1_000_000
    tracemalloc.start()
    try:
        account_of("a").settle_bad_line(BadLine(3, "broken", raw))
        assert tracemalloc.get_traced_memory()[1] < len(raw)
    finally:
        tracemalloc.stop()


def test_without_a_manifest_the_count_of_the_summary_is_used():
    account = AccountWithoutManifest(5)
    account.settle_results([result("a")])
    assert account.settle_bad_line(BadLine(1, "broken", b"")).is_line
    assert settled(account, error()) == [(None, True)]
    (left,) = account.iter_unaccounted()
    assert (left.uri, left.lines) == (None, 2)
    assert "2 of its lines" in left.message


def test_without_a_manifest_an_image_with_a_result_and_an_error_counts_once():
    account = AccountWithoutManifest(2)
    account.settle_results([result("a"), result("b")])
    damaged = account.settle_bad_line(BadLine(3, "broken", b'{"source-ref": "b", '))
    assert (damaged.uri, damaged.is_line) == ("b", False)
    assert settled(account, error("a"), error("c")) == [("a", False), ("c", True)]
    assert unaccounted(account) == []


def test_a_false_number_of_lines_in_a_summary_costs_no_memory():
    for total in (1, 10**8):
        (left,) = AccountWithoutManifest(total).iter_unaccounted()
        assert left.lines == total
    assert unaccounted(AccountWithoutManifest(None)) == []
