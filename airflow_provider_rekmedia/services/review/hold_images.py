"""Holds the images that a person escalated: no action may touch them, and their small pictures disappear."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from airflow_provider_rekmedia.adapters.review.review_files import ReviewFiles
from airflow_provider_rekmedia.core.actions.holds import HoldRecord
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri

__all__ = ["HeldImage", "hold_images"]


@dataclass(frozen=True, slots=True)
class HeldImage:
    """
    An image to hold.

    :param uris: The image, and its copies.
    :param preview: Uri of the small picture; ``None`` if there is none.
    """

    uris: tuple[str, ...]
    etag: str | None
    preview: str | None


def hold_images(
    files: ReviewFiles, holds: S3Uri, images: Iterable[HeldImage], *, held_by: str, held_at: datetime
) -> None:
    """
    Write the hold records of images, then delete their small pictures. Repeating it changes nothing.

    :param held_by: Id of the person who escalated them.
    """
    for image in images:
        for uri in image.uris:
            files.hold(holds, HoldRecord(uri=uri, held_at=held_at, held_by=held_by, etag=image.etag))
        if image.preview is not None:
            files.objects.delete(parse_s3_uri(image.preview))
