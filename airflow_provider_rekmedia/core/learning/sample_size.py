"""How many reviews an estimate needs."""

from typing import Final

from airflow_provider_rekmedia.core.report.intervals import wilson_interval

__all__ = ["MAX_REVIEWS", "reviews_needed"]

#: Above this number, the answer is not useful to anybody.
MAX_REVIEWS: Final = 10_000_000


def reviews_needed(share: float, half_width: float) -> int:
    """
    Return how many reviews make the interval of a share this narrow.

    :param share: The share as it is known now, 0 to 1.
    :param half_width: Half of the width of the 95 % interval, a fraction above 0.
    :return: At most :data:`MAX_REVIEWS`.
    """
    low, high = 1, MAX_REVIEWS
    while low < high:
        middle = (low + high) // 2
        found = wilson_interval(share * middle, middle)
        if found.high - found.low <= 2 * half_width:
            high = middle
        else:
            low = middle + 1
    return high
