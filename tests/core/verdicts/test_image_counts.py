from airflow_provider_rekmedia.core.verdicts.image_counts import ImageCounts

COUNTS = ImageCounts(allow=7, review=20, block=4, failed=8, unaccounted=16)


def test_sums_follow_from_the_five_counts():
    assert (COUNTS.analyzed, COUNTS.flagged, COUNTS.not_analyzed, COUNTS.images) == (7, 24, 24, 31)


def test_the_xcom_has_the_documented_keys_in_their_order():
    assert list(COUNTS.as_dict().items()) == [
        ("images", 31),
        ("analyzed", 7),
        ("flagged", 24),
        ("allow", 7),
        ("review", 20),
        ("block", 4),
        ("failed", 8),
        ("unaccounted", 16),
    ]
