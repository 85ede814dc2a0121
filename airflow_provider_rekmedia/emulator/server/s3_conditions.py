"""
The conditions of PutObject: ``If-None-Match: *`` and ``If-Match``.

Old versions of moto ignore them.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from collections.abc import Callable, Mapping
from urllib.parse import parse_qs

from airflow_provider_rekmedia.emulator.protocol.messages import Response
from airflow_provider_rekmedia.emulator.protocol.s3_errors import encode_s3_error

__all__ = ["check_s3_condition"]


def check_s3_condition(
    method: str,
    path: str,
    *,
    query: str,
    headers: Mapping[str, str],
    find_etag: Callable[[], str | None],
) -> Response | None:
    """
    Check the condition of an S3 request. No other request is handled until the object is written.

    :param path: decoded, such as ``/bucket/key``.
    :param headers: by name in lower case.
    :param find_etag: returns the ETag of the object; ``None`` if there is no object.
    :return: the error response; ``None`` means that the request has no condition, or that it holds.
    """
    _, _, key = path.lstrip("/").partition("/")
    is_object = bool(key) and set(parse_qs(query, keep_blank_values=True)) <= {"x-id"}
    if method != "PUT" or not is_object or "x-amz-copy-source" in headers:
        return None
    if headers.get("if-none-match") == "*" and find_etag() is not None:
        return _failed("If-None-Match")
    expected = headers.get("if-match")
    if expected is None:
        return None
    found = find_etag()
    if found is None:
        return encode_s3_error("NoSuchKey", "The specified key does not exist.", status=404)
    return None if found.strip('"') == expected.strip('"') else _failed("If-Match")


def _failed(condition: str) -> Response:
    message = f"At least one of the pre-conditions you specified did not hold: {condition}"
    return encode_s3_error("PreconditionFailed", message, status=412)
