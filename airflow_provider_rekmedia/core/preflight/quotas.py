"""Finds the two quotas that pace a run among those that Service Quotas lists."""

from collections.abc import Iterable

from airflow_provider_rekmedia.core.images.prices import RegionQuota, region_quota

__all__ = ["account_quota"]


def account_quota(listed: Iterable[tuple[str, float]], region: str) -> tuple[RegionQuota, bool]:
    """
    Return the quotas of an account. AWS documents no names of quotas, so they are recognized by their words.

    :param listed: Names and values.
    :return: The quotas; AWS's default for the region where no name is recognized. And whether a name was.
    """
    default = region_quota(region)
    jobs = images = None
    for name, value in listed:
        words = name.lower()
        if "concurrent" in words and ("bulk" in words or "media analysis" in words):
            jobs = int(value)
        elif "per second" in words and "detectmoderationlabels" in words.replace(" ", ""):
            images = int(value)
    quota = RegionQuota(jobs or default.concurrent_jobs, images or default.images_per_s)
    return quota, bool(jobs or images)
