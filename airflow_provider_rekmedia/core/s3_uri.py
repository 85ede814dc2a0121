"""S3 uris: the only module that parses ``s3://bucket/key``."""

import msgspec

from .errors import InvalidS3Uri

__all__ = ["S3Uri", "parse_s3_prefix", "parse_s3_uri"]

_SCHEME = "s3://"


# A struct, because each FoundImage has one: see there.
class S3Uri(msgspec.Struct, frozen=True, gc=False):
    """
    An object or a prefix in S3.

    :param bucket: Name of the bucket.
    :param key: The key as in S3, never percent-encoded. A prefix is empty or ends in ``/``.
    """

    bucket: str
    key: str

    def __str__(self) -> str:
        return f"{_SCHEME}{self.bucket}/{self.key}"

    def join(self, name: str) -> "S3Uri":
        """
        Return the uri of an object under this prefix.

        :param name: The rest of the key, with no leading slash.
        """
        return S3Uri(self.bucket, f"{self.key}{name}")


def parse_s3_uri(uri: str) -> S3Uri:
    """
    Parse the uri of one object.

    :param uri: ``s3://bucket/key``; the key is not decoded, so ``%20`` is three characters.
    :raises InvalidS3Uri: The scheme, the bucket or the key is missing.
    """
    parsed = _split(uri)
    if not parsed.key:
        raise InvalidS3Uri(uri=uri, problem="it names a bucket but no key")
    return parsed


def parse_s3_prefix(uri: str) -> S3Uri:
    """
    Parse the uri of a prefix.

    :param uri: ``s3://bucket`` or ``s3://bucket/some/prefix``, with or without a slash at its end.
    :return: The prefix; its key is empty or ends in ``/``.
    :raises InvalidS3Uri: The scheme or the bucket is missing.
    """
    parsed = _split(uri)
    if parsed.key and not parsed.key.endswith("/"):
        return S3Uri(parsed.bucket, parsed.key + "/")
    return parsed


def _split(uri: object) -> S3Uri:
    if not isinstance(uri, str):
        raise InvalidS3Uri(uri=uri, problem=f"it is a {type(uri).__name__}, not text")
    if not uri.startswith(_SCHEME):
        raise InvalidS3Uri(uri=uri, problem="it does not start with s3://")
    try:
        uri.encode()
    except UnicodeEncodeError:  # JSON may contain half a pair, as "\\ud800"
        raise InvalidS3Uri(uri=uri, problem="it has half a surrogate pair, which no key can have") from None
    bucket, _, key = uri[len(_SCHEME) :].partition("/")
    if bucket.startswith("arn:"):
        problem = (
            "it names an access point by its ARN, which Rekognition does not accept; write the bucket's name"
        )
        raise InvalidS3Uri(uri=uri, problem=problem)
    if not bucket:
        raise InvalidS3Uri(uri=uri, problem="it names no bucket")
    return S3Uri(bucket, key)
