from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.errors import UnreadableLedger
from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.images.image_filter import SkipReason
from airflow_provider_rekmedia.core.images.ledger import (
    LedgerEntry,
    attempts_or_skip_reason,
    decode_entry,
    encode_entry,
    iter_merged,
    join_ledger,
    plan_compaction,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def entry(key="a.jpg", etag="e1", **changes):
    plain = LedgerEntry(
        bucket="b",
        key=key,
        etag=etag,
        scan="",
        status="analyzed",
        attempts=1,
        code=None,
        permanent=False,
        model_version="7.0",
        engine="bulk",
        job_id="j1",
        at=NOON,
    )
    return msgspec.structs.replace(plain, **changes)


def failed(key="a.jpg", etag="e1", **changes):
    return entry(key, etag, **{"status": "failed", "code": "X", **changes})


def image(key="a.jpg", etag="e1"):
    return FoundImage(S3Uri("b", key), etag=etag)


def choice(image, *known, scan="", max_attempts=3):
    return attempts_or_skip_reason(image, known, scan=scan, max_attempts=max_attempts)


def test_a_new_image_is_analyzed():
    assert choice(image()) == 0


def test_an_analyzed_image_is_skipped():
    assert choice(image(), entry()) is SkipReason.ALREADY_ANALYZED


def test_an_overwritten_image_is_analyzed_and_its_old_bytes_stay_known():
    assert choice(image(etag="e2"), entry()) == 0
    assert choice(image(etag="e1"), entry(), entry(etag="e2")) is SkipReason.ALREADY_ANALYZED


def test_a_failed_image_is_retried_until_its_attempts_are_used_up():
    assert choice(image(), failed(attempts=2)) == 2
    assert choice(image(), failed(attempts=3)) is SkipReason.OUT_OF_ATTEMPTS
    assert choice(image(etag="e2"), failed(attempts=3)) == 0


def test_a_permanent_failure_is_never_retried():
    assert choice(image(), failed(permanent=True)) is SkipReason.FAILED_FOR_GOOD


def test_another_scan_analyzes_each_image_again():
    assert choice(image(), entry(), scan="v8") == 0
    assert choice(image(), entry(), entry(scan="v8"), scan="v8") is SkipReason.ALREADY_ANALYZED


def test_without_an_etag_entries_match_by_key():
    assert choice(image(etag=None), entry()) is SkipReason.ALREADY_ANALYZED
    assert choice(image(), entry(etag="")) == 0


entries = st.builds(
    entry,
    key=st.sampled_from("abc"),
    etag=st.sampled_from(["e1", "e2"]),
    scan=st.sampled_from(["", "v8"]),
    status=st.sampled_from(["analyzed", "failed"]),
    attempts=st.integers(1, 4),
    at=st.sampled_from([None, NOON, NOON + timedelta(1)]),
    job_id=st.sampled_from(["j1", "j2"]),
)


def merged(*segments):
    return list(iter_merged(sorted(each, key=lambda entry: entry.order) for each in segments))


@given(st.lists(st.lists(entries, max_size=6), max_size=4), st.randoms(use_true_random=False))
def test_merging_is_independent_of_order_and_duplicates(segments, random):
    once = merged(*segments)
    again = segments + segments[:2]
    random.shuffle(again)
    assert merged(*again) == once
    assert merged(once, *segments) == once
    assert [each.order for each in once] == sorted(each.order for each in once)


def test_a_permanent_failure_has_precedence_over_a_temporary_one():
    for_good = failed(permanent=True, attempts=1)
    assert merged([failed(attempts=2)], [for_good]) == merged([for_good], [failed(attempts=2)]) == [for_good]


@pytest.mark.parametrize("difference", [{"code": "Y"}, {"engine": "per_image"}, {"model_version": "8.0"}])
def test_of_entries_that_differ_in_nothing_else_any_order_keeps_the_same_one(difference):
    one, another = failed(), failed(**difference)
    assert merged([one], [another]) == merged([another], [one])


def test_the_later_entry_is_kept_in_any_time_zone():
    later = failed(at=datetime.fromisoformat("2026-11-20T11:30:00-01:00"))
    assert merged([failed()], [later]) == [later]


def test_precedence_is_analyzed_then_more_attempts():
    assert merged([failed(attempts=9)], [entry()]) == [entry()]
    assert merged([failed(attempts=1)], [failed(attempts=2)]) == [failed(attempts=2)]


@given(st.sets(st.sampled_from("abcdefg")), st.sets(st.sampled_from("abcdefg")))
def test_each_image_is_joined_with_its_own_entries(found, known):
    images = [image(key) for key in sorted(found)]
    ledger = [each for key in sorted(known) for each in (entry(key), entry(key, "e2"))]
    joined = [(each.uri.key, [one.key for one in of_it]) for each, of_it in join_ledger(images, ledger)]
    assert joined == [(key, [key, key] if key in known else []) for key in sorted(found)]


def test_entries_after_an_image_are_kept_for_the_next_image():
    assert [len(known) for _, known in join_ledger([image("a"), image("c")], [entry("b"), entry("c")])] == [
        0,
        1,
    ]


@given(entries)
def test_an_entry_round_trips(written):
    assert decode_entry(encode_entry(written), "s3://b/x") == written


@pytest.mark.parametrize("line", [b"", b"{", b"{}", b"\xff", b"[]"])
def test_a_damaged_line_is_an_error(line):
    with pytest.raises(UnreadableLedger, match="s3://b/x"):
        decode_entry(line, "s3://b/x")


def test_few_segments_are_not_merged():
    assert plan_compaction([5] * 32, max_segments=32) == []


def test_small_segments_are_merged_and_a_far_larger_one_is_not_rewritten():
    sizes = [1_000_000, *[10] * 40]
    assert sorted(plan_compaction(sizes, max_segments=32)) == list(range(1, 41))


def test_a_large_segment_is_merged_when_the_small_ones_have_grown():
    sizes = [1000, *[10] * 40]
    assert sorted(plan_compaction(sizes, max_segments=32)) == list(range(41))


def compacted(sizes):
    """Merge until nothing is merged; return the bytes written and the final sizes."""
    written = 0
    while chosen := plan_compaction(sizes, max_segments=32):
        assert 2 <= len(chosen) <= 64, "each segment is an open file, and one alone is not a merge"
        merged = sum(sizes[position] for position in chosen)
        # "Upload a single object with a maximum size of 5 GB":
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html
        assert merged <= 4 * 10**9
        written += merged
        sizes = [size for position, size in enumerate(sizes) if position not in chosen] + [merged]
    return written, sizes


@pytest.mark.parametrize("count", [33, 64, 65, 1_100, 5_000])
def test_any_number_of_segments_becomes_few(count):
    assert len(compacted([400_000] * count)[1]) <= 32


def test_merged_segments_fit_into_one_upload():
    written, left = compacted([10**9] * 40)
    assert (written, len(left)) == (8 * 10**9, 34)


@given(st.lists(st.integers(1, 5 * 10**9), max_size=300))
def test_compaction_ends_and_each_merge_fits_into_one_upload(sizes):
    _, left = compacted(sizes)
    assert len([size for size in left if size <= 2 * 10**9]) <= 32


def test_a_full_segment_is_never_rewritten():
    assert plan_compaction([2_000_000_001] * 100, max_segments=32) == []
    assert sorted(plan_compaction([2_000_000_001, *[10] * 33], max_segments=32)) == list(range(1, 34))


def test_a_year_of_runs_rewrites_the_ledger_only_a_few_times():
    sizes, written = [2_000_000], 0
    for _ in range(365):
        night, sizes = compacted([*sizes, *[20_000] * 5])
        written += night
    assert written < 6 * sum(sizes)
