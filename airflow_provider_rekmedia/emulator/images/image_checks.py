"""
Which image files Rekognition accepts.

AWS documents the limits (https://docs.aws.amazon.com/rekognition/latest/dg/limits.html), but no list of error
codes for the images of a bulk job. The emulator uses the errors of DetectModerationLabels. DetectLabels was
seen to answer InvalidParameterException for a small image: https://github.com/boto/botocore/issues/1366.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL.JpegImagePlugin import JpegImageFile

from airflow_provider_rekmedia.emulator.protocol.errors import ErrorCode, ServiceError
from airflow_provider_rekmedia.emulator.settings.settings import Settings
from airflow_provider_rekmedia.emulator.storage.object_storage import StoredObject

from .png import SIGNATURE, is_complete_png, parse_png_header

__all__ = ["ImageChecks"]

MAX_OBJECT_BYTES: Final = 15 * 1024 * 1024
MIN_SIDE_PX: Final = 80
MAX_SIDE_PX: Final = 10_000

#: What Pillow raises for a broken or incomplete file.
_BROKEN: Final = (OSError, SyntaxError, ValueError, EOFError, IndexError)


@dataclass(frozen=True)
class _Refusal:
    code: str
    message: str | None = None


class ImageChecks:
    """
    The image checks of one emulator, with a cache.

    Files with the same content are checked once: the ten thousand images of a test are often copies.
    """

    def __init__(self) -> None:
        self._refusals: dict[tuple[str, int, str], _Refusal | None] = {}

    def check_object(self, stored: StoredObject, settings: Settings) -> None:
        """
        Check an image in S3.

        :raises ServiceError: Rekognition does not accept the image.
        """
        if stored.size_bytes > MAX_OBJECT_BYTES:
            raise ServiceError(ErrorCode.IMAGE_TOO_LARGE)
        content = (stored.etag, stored.size_bytes, settings.truncated_images)
        if content not in self._refusals:
            self._refusals[content] = _find_refusal(stored.read(), settings)
        _raise(self._refusals[content])

    def check_bytes(self, body: bytes, settings: Settings) -> None:
        """
        Check an image that was sent in the request. The request validation has checked its length.

        :raises ServiceError: Rekognition does not accept the image.
        """
        _raise(_find_refusal(body, settings))


def _raise(refusal: _Refusal | None) -> None:
    if refusal is not None:
        raise ServiceError(refusal.code, refusal.message)


def _find_refusal(body: bytes, settings: Settings) -> _Refusal | None:
    size = _parse_size(body)
    if size is None:
        return _Refusal(ErrorCode.INVALID_IMAGE_FORMAT)
    width, height = size
    if min(width, height) < MIN_SIDE_PX:
        return _Refusal(ErrorCode.INVALID_PARAMETER)
    if max(width, height) > MAX_SIDE_PX:
        text = (
            f"Input image dimensions {width} x {height} exceed maximum dimension size of {MAX_SIDE_PX} pixels"
        )
        return _Refusal(ErrorCode.IMAGE_TOO_LARGE, text)
    if settings.truncated_images == "refuse" and not _is_complete(body):
        return _Refusal(ErrorCode.INVALID_IMAGE_FORMAT)
    return None


def _parse_size(body: bytes) -> tuple[int, int] | None:
    """
    Parse width and height; ``None`` if the bytes are neither JPEG nor PNG.

    ``PIL.Image.open`` would warn about large images, with a limit that applies to the whole process.
    """
    if body.startswith(SIGNATURE):
        header = parse_png_header(body)
        return None if header is None else (header.width, header.height)
    try:
        return JpegImageFile(BytesIO(body)).size if body.startswith(b"\xff\xd8\xff") else None
    except _BROKEN:
        return None


def _is_complete(body: bytes) -> bool:
    """Whether the file reaches its end: PNG by its checksums, JPEG by decoding it at 1/8 of its size."""
    if body.startswith(SIGNATURE):
        return is_complete_png(body)
    try:
        image = JpegImageFile(BytesIO(body))
        width, height = image.size
        image.draft("L", (max(1, width // 8), max(1, height // 8)))
        image.load()
    except _BROKEN:
        return False
    return True
