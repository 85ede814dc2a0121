"""The regions that have Rekognition, as botocore lists them."""

from functools import cache

import botocore.session

__all__ = ["rekognition_regions"]


@cache
def rekognition_regions(partition: str) -> tuple[str, ...]:
    """
    Return the regions of a partition that have Rekognition. AWS may have opened more since.

    :param partition: For example ``aws`` or ``aws-us-gov``.
    """
    # A session of its own: it reads no connection, and it loads the list of endpoints only once.
    return tuple(sorted(botocore.session.Session().get_available_regions("rekognition", partition)))
