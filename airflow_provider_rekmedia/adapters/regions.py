"""The regions that have Rekognition, as botocore lists them."""

from functools import cache
from typing import TYPE_CHECKING

import botocore.session

if TYPE_CHECKING:
    from botocore.client import BaseClient

__all__ = ["other_regions", "rekognition_regions"]


@cache
def rekognition_regions(partition: str) -> tuple[str, ...]:
    """
    Return the regions of a partition that have Rekognition. AWS may have opened more since.

    :param partition: For example ``aws`` or ``aws-us-gov``.
    """
    # A session of its own: it reads no connection, and it loads the list of endpoints only once.
    return tuple(sorted(botocore.session.Session().get_available_regions("rekognition", partition)))


def other_regions(client: "BaseClient") -> tuple[str, ...]:
    """
    Return the regions with Rekognition if boto3 does not list the region of a client; otherwise nothing.

    :param client: For an endpoint that is not of AWS, such as the emulator, every region is right.
    """
    meta = client.meta
    regions = rekognition_regions(meta.partition) if ".amazonaws." in meta.endpoint_url else ()
    return () if meta.region_name in regions else regions
