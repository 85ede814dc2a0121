"""Prices and default quotas of AWS, with source and date."""

from dataclasses import dataclass
from typing import Final

__all__ = [
    "PRICES_AS_OF",
    "PRICE_REGION",
    "PRICE_SOURCE",
    "PRICE_TIERS",
    "QUOTAS_AS_OF",
    "QUOTA_SOURCE",
    "PriceTier",
    "RegionQuota",
    "price_usd",
    "region_quota",
]

#: DetectModerationLabels is a "Group 2" operation. AWS publishes no separate price for bulk analysis.
#: (unknown: bulk-price, throttled-call-price)
PRICE_SOURCE: Final = "https://aws.amazon.com/rekognition/pricing/"
PRICES_AS_OF: Final = "2026-10-07"
#: The region of the prices. Some other regions are more expensive.
PRICE_REGION: Final = "us-east-1"

QUOTA_SOURCE: Final = "https://docs.aws.amazon.com/general/latest/gr/rekognition.html"
QUOTAS_AS_OF: Final = "2026-11-22"

_LARGE_REGIONS: Final = frozenset({"us-east-1", "us-west-2", "eu-west-1"})


@dataclass(frozen=True, slots=True)
class PriceTier:
    """
    One tier of the monthly price.

    :param up_to_images: The last image of a month in this tier; ``None`` for the last tier.
    :param usd_per_image: US dollars.
    """

    up_to_images: int | None
    usd_per_image: float


#: The source has the bound of the first tier. The bound of the second tier is unknown, so it has none here:
#: an estimate is never below the bill.
PRICE_TIERS: Final = (PriceTier(1_000_000, 0.0010), PriceTier(None, 0.0008))


@dataclass(frozen=True, slots=True)
class RegionQuota:
    """
    Default quotas of one region. An account may have higher ones.

    :param concurrent_jobs: Most concurrent bulk jobs.
    :param images_per_s: Most calls of DetectModerationLabels per second.
    """

    concurrent_jobs: int
    images_per_s: int


def price_usd(images: int, *, earlier_this_month: int = 0) -> float:
    """
    Estimate the bill for images in US dollars, without the free tier.

    :param images: Images that are analyzed once. AWS does not bill failed images.
    :param earlier_this_month: Images that AWS billed the account earlier in this month.
    """
    total, start = 0.0, 0
    for tier in PRICE_TIERS:
        end = tier.up_to_images
        low = max(start, earlier_this_month)
        high = earlier_this_month + images if end is None else min(end, earlier_this_month + images)
        total += max(0, high - low) * tier.usd_per_image
        start = end or start
    return round(total, 6)


def region_quota(region: str | None) -> RegionQuota:
    """Return the default quotas. A region that is not in the list has the small ones."""
    return RegionQuota(20, 50) if region in _LARGE_REGIONS else RegionQuota(5, 5)
