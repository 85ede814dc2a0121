"""Estimates the cost and the duration of a run before anything is paid."""

import math
from dataclasses import asdict, dataclass
from typing import Any

from .prices import PRICE_REGION, PRICES_AS_OF, RegionQuota, price_usd, region_quota

__all__ = ["Estimate", "estimate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """
    Figures for one run. Prices and quotas are AWS's defaults, see :mod:`prices`.

    :param image_bytes: Size of all images; ``None`` if the source has no sizes.
    :param shards: Number of manifests, at least.
    :param price_usd: US dollars, as if no other image was analyzed in this month.
    :param price_region: The region of the prices.
    :param prices_as_of: The date of the prices.
    :param per_image_s: Seconds that the per-image engine needs at the default quota of the region.
    :param job_rounds: How many rounds of concurrent jobs the region's quota needs. AWS publishes no duration
        of a job.
    """

    images: int
    image_bytes: int | None
    shards: int
    price_usd: float
    price_region: str
    prices_as_of: str
    per_image_s: int
    job_rounds: int

    def as_dict(self) -> dict[str, Any]:
        """Return the figures by name, JSON-serializable."""
        return asdict(self)


def estimate(
    images: int,
    *,
    image_bytes: int | None,
    shards: int,
    region: str | None,
    quota: RegionQuota | None = None,
) -> Estimate:
    """
    Estimate cost and duration from counts.

    :param region: The region of the quotas. An unknown region has the small quotas.
    :param quota: Quotas of the account; ``None`` uses the defaults of the region.
    """
    quota = quota or region_quota(region)
    return Estimate(
        images=images,
        image_bytes=image_bytes,
        shards=shards,
        price_usd=price_usd(images),
        price_region=PRICE_REGION,
        prices_as_of=PRICES_AS_OF,
        per_image_s=math.ceil(images / quota.images_per_s),
        job_rounds=math.ceil(shards / quota.concurrent_jobs),
    )
