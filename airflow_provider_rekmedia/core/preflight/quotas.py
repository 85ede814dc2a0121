"""Finds the two quotas that pace a run among those that Service Quotas lists."""

from collections.abc import Iterable
from dataclasses import dataclass

from airflow_provider_rekmedia.core.images.prices import RegionQuota, region_quota

__all__ = ["AccountQuota", "account_quota"]


@dataclass(frozen=True, slots=True)
class AccountQuota:
    """
    The quotas of an account.

    :param quota: For estimates. AWS's default of the region where none is listed, or where it is 0.
    :param is_known: Whether one of the two is listed and above 0.
    :param zero: Names of those that are listed as 0: AWS refuses every such call.
    """

    quota: RegionQuota
    is_known: bool
    zero: tuple[str, ...] = ()


def account_quota(listed: Iterable[tuple[str, float]], region: str) -> AccountQuota:
    """
    Return the quotas of an account. AWS documents no names of quotas, so they are recognized by their words.

    :param listed: Names and values.
    """
    jobs = images = 0
    zero: list[str] = []
    for name, value in listed:
        is_jobs, is_images = _is_job_quota(name), _is_image_quota(name)
        if is_jobs:
            jobs = int(value)
        elif is_images:
            images = int(value)
        if (is_jobs or is_images) and value <= 0:
            zero.append(name)
    default = region_quota(region)
    quota = RegionQuota(jobs or default.concurrent_jobs, images or default.images_per_s)
    return AccountQuota(quota, is_known=bool(jobs or images), zero=tuple(zero))


def _is_job_quota(name: str) -> bool:
    words = name.lower()
    return "concurrent" in words and ("bulk" in words or "media analysis" in words)


def _is_image_quota(name: str) -> bool:
    words = name.lower()
    return "per second" in words and "detectmoderationlabels" in words.replace(" ", "")
