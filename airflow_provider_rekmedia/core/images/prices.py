"""What moderation costs, and how fast AWS lets an account be: data with their source and date."""

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

#: DetectModerationLabels is a "Group 2" operation; a price of its own for bulk analysis is not published.
PRICE_SOURCE: Final = "https://aws.amazon.com/rekognition/pricing/"
PRICES_AS_OF: Final = "2026-10-07"
#: The region that the prices are of. Other regions differ, some are dearer.
PRICE_REGION: Final = "us-east-1"

QUOTA_SOURCE: Final = "https://docs.aws.amazon.com/general/latest/gr/rekognition.html"
QUOTAS_AS_OF: Final = "2026-11-22"

_LARGE_REGIONS: Final = frozenset({"us-east-1", "us-west-2", "eu-west-1"})


@dataclass(frozen=True, slots=True)
class PriceTier:
    """
    One step of the monthly price.

    :param up_to_images: Images of a month that the step reaches to; ``None`` for the last.
    :param usd_per_image: US dollars.
    """

    up_to_images: int | None
    usd_per_image: float


#: The first step's bound is in the source. Where the second one ends was not found: it is priced to no
#: end, so that an estimate is never below the bill.
PRICE_TIERS: Final = (PriceTier(1_000_000, 0.0010), PriceTier(None, 0.0008))


@dataclass(frozen=True, slots=True)
class RegionQuota:
    """
    Default quotas of one region; an account's may have been raised.

    :param concurrent_jobs: Bulk jobs at once.
    :param images_per_s: Calls of DetectModerationLabels.
    """

    concurrent_jobs: int
    images_per_s: int


def price_usd(images: int, *, earlier_this_month: int = 0) -> float:
    """
    Estimate what AWS bills for so many more images, in US dollars, without its free tier.

    :param images: Each analyzed once; AWS bills none that failed.
    :param earlier_this_month: Images that the account has been billed for before; lower tiers follow.
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
    """Look up the default quotas; a region that is not in the list has the small ones."""
    return RegionQuota(20, 50) if region in _LARGE_REGIONS else RegionQuota(5, 5)
