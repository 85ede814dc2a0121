"""
Invalidation paths of CloudFront.

CloudFront wants unsafe characters of RFC 1738 and non-ASCII characters encoded, and no others.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
"""

from typing import Final
from urllib.parse import quote

__all__ = ["invalidation_path", "parse_origin_path"]

#: ``?`` is not among them: unencoded, it starts a query. ``~`` is unsafe in RFC 1738.
_KEPT: Final = "/!$&'()*+,;=:@"


def invalidation_path(key: str, origin_path: str) -> str | None:
    """
    Return the path of an object.

    :param origin_path: As :func:`parse_origin_path` returns it.
    :return: ``None`` if the object is outside of the origin path, so that the distribution does not serve it.
    """
    if not key.startswith(origin_path):
        return None
    path = quote(key[len(origin_path) :], safe=_KEPT).replace("~", "%7E")
    return f"/{path}"


def parse_origin_path(value: str) -> str:
    """
    Parse the origin path of a distribution: ``/`` is the whole bucket, ``/a`` the keys below ``a/``.

    :return: The prefix of the keys.
    """
    folder = value.strip("/")
    return f"{folder}/" if folder else ""
