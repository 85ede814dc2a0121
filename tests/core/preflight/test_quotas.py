import pytest

from airflow_provider_rekmedia.core.images.prices import RegionQuota
from airflow_provider_rekmedia.core.preflight.quotas import account_quota

JOBS = ("Concurrent bulk image analysis jobs per account", 30.0)
IMAGES = ("Transactions per second per account for DetectModerationLabels", 120.0)
OTHER = ("Transactions per second per account for DetectFaces", 99.0)


@pytest.mark.parametrize(
    ("listed", "quota", "is_known"),
    [
        ([OTHER, JOBS, IMAGES], RegionQuota(30, 120), True),
        ([("Concurrent media analysis jobs", 7.0)], RegionQuota(7, 5), True),
        ([IMAGES], RegionQuota(5, 120), True),
        ([OTHER], RegionQuota(5, 5), False),
        ([], RegionQuota(5, 5), False),
        ([JOBS, (IMAGES[0], 0.0)], RegionQuota(30, 5), True),
        ([(JOBS[0], 0.0)], RegionQuota(5, 5), False),
    ],
)
def test_quotas_are_recognized_by_their_words(listed, quota, is_known):
    found = account_quota(listed, "eu-central-1")

    assert (found.quota, found.is_known) == (quota, is_known)
    assert found.zero == tuple(name for name, value in listed if not value)
