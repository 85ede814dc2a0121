"""What a set of images will cost and how long it will take, before anything is paid."""

import math
from dataclasses import asdict, dataclass
from typing import Any

from .prices import PRICE_REGION, PRICES_AS_OF, price_usd, region_quota

__all__ = ["Estimate", "estimate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """
    Figures for one run; prices and quotas are AWS's defaults, see :mod:`prices`.

    :param image_bytes: Of all images; ``None`` when the source told no sizes.
    :param shards: Manifests, at least.
    :param price_usd: US dollars, were the month's first images these.
    :param price_region: The region that the prices are of.
    :param prices_as_of: Their date.
    :param per_image_s: Seconds that the per-image engine needs at the region's default quota.
    :param job_rounds: How often the region's job slots fill up; AWS publishes no time for a job.
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
        """The figures by their names, JSON-serializable."""
        return asdict(self)


def estimate(images: int, *, image_bytes: int | None, shards: int, region: str | None) -> Estimate:
    """
    Estimate from counts.

    :param region: Whose quotas count; an unknown one has the small ones.
    """
    quota = region_quota(region)
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
