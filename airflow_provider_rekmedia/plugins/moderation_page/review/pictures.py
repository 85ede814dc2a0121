"""Sends pictures of a review: small blurred previews, and the images themselves."""

from enum import StrEnum
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from fastapi import Response
from starlette.responses import RedirectResponse

from airflow_provider_rekmedia.airflow_compat import conf
from airflow_provider_rekmedia.core.review.queue import ReviewItem
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri
from airflow_provider_rekmedia.plugins.moderation_page.problems import Problem

from .stored_review import StoredReview

__all__ = ["ImageDelivery", "image_delivery", "image_origins", "send_image", "send_preview"]

_LINK_LIFETIME_S: Final = 300
#: Rekognition analyzes no larger image.
_MAX_BYTES: Final = 15 * 1024 * 1024
_MAX_BUCKETS: Final = 20
_FIRST_BYTES: Final = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class ImageDelivery(StrEnum):
    """How an image gets to the browser."""

    #: The browser loads it from S3, with a URL that is valid for five minutes.
    REDIRECT = "redirect"
    #: The api-server loads it, for browsers that cannot reach S3.
    PROXY = "proxy"


def image_delivery() -> ImageDelivery:
    """
    Read the setting ``[rekmedia] review_images``.

    :raises Problem: It has another value.
    """
    setting = conf.get("rekmedia", "review_images", fallback=ImageDelivery.REDIRECT.value)
    try:
        return ImageDelivery(setting)
    except ValueError as problem:
        text = f"[rekmedia] review_images is {setting!r}; it must be redirect or proxy."
        raise Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "A setting is wrong", text) from problem


def image_origins(review: StoredReview) -> list[str]:
    """Return the origins that the browser loads images from, for the Content-Security-Policy."""
    if image_delivery() is ImageDelivery.PROXY:
        return []
    buckets = list(dict.fromkeys(item.bucket for item in review.queue.items))[:_MAX_BUCKETS]
    urls = (urlsplit(review.objects.presign(S3Uri(bucket, "image"), _LINK_LIFETIME_S)) for bucket in buckets)
    return list(dict.fromkeys(f"{url.scheme}://{url.netloc}" for url in urls))


def send_preview(review: StoredReview, item: ReviewItem) -> Response:
    """
    Send the small blurred picture of an image.

    :raises Problem: There is none.
    :raises RekmediaError: S3 refused.
    """
    body = None if item.preview is None else review.objects.read_or_none(parse_s3_uri(item.preview))
    if body is None:
        raise Problem(HTTPStatus.NOT_FOUND, "There is no preview", "Reveal the image.")
    return _send(body)


def send_image(review: StoredReview, item: ReviewItem) -> Response:
    """
    Send an image, or redirect to it. The bytes are those that were judged.

    :raises Problem: The object is gone, was overwritten, or is no JPEG or PNG.
    :raises RekmediaError: S3 refused.
    """
    uri = parse_s3_uri(item.uri)
    found = review.objects.head(uri)
    if found is None:
        raise Problem(HTTPStatus.NOT_FOUND, "The image was deleted", "Skip it.")
    if item.etag is not None and found.etag.strip('"') != item.etag:
        raise Problem(
            HTTPStatus.CONFLICT,
            "The object was overwritten",
            "It is not the image that was analyzed. Skip it.",
        )
    if image_delivery() is ImageDelivery.REDIRECT:
        return RedirectResponse(
            review.objects.presign(uri, _LINK_LIFETIME_S), HTTPStatus.TEMPORARY_REDIRECT, _HEADERS
        )
    if found.size_bytes > _MAX_BYTES:
        raise Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The object is too large", "It is larger than 15 MiB."
        )
    return _send(review.objects.read(uri))


def _send(body: bytes) -> Response:
    """Send a picture with the type of its bytes. S3 may say that an image is HTML."""
    kinds = [kind for first, kind in _FIRST_BYTES.items() if body.startswith(first)]
    if not kinds:
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The object is not an image", "It is neither a JPEG nor a PNG."
        )
    return Response(body, HTTPStatus.OK, _HEADERS, media_type=kinds[0])
