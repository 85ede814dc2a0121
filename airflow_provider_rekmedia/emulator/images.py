"""
Whether Rekognition would take an image.

AWS publishes the limits (https://docs.aws.amazon.com/rekognition/latest/dg/limits.html), but no list of
codes for the images of a bulk job: those here are the exceptions of DetectModerationLabels. A small image was
seen to be an InvalidParameterException of a sibling: https://github.com/boto/botocore/issues/1366.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from .errors import Code, ServiceError
from .settings import Settings
from .storage import StoredObject

__all__ = ["ImageChecks"]

MAX_OBJECT_BYTES: Final = 15 * 1024 * 1024
MIN_SIDE_PX: Final = 80
MAX_SIDE_PX: Final = 10_000

#: What Pillow raises for a file that is broken or ends too early.
_BROKEN: Final = (OSError, SyntaxError, ValueError, EOFError, IndexError)


@dataclass(frozen=True)
class _Refusal:
    code: str
    message: str | None = None


class ImageChecks:
    """
    The checks of one world; copies of a file are decoded once.

    Ten thousand images of a test are rarely ten thousand files.
    """

    def __init__(self) -> None:
        self._refusals: dict[tuple[str, int, str], _Refusal | None] = {}

    def check_object(self, stored: StoredObject, settings: Settings) -> None:
        """
        Check an image in S3.

        :raises ServiceError: what the service would answer for it.
        """
        if stored.size_bytes > MAX_OBJECT_BYTES:
            raise ServiceError(Code.IMAGE_TOO_LARGE)
        content = (stored.etag, stored.size_bytes, settings.truncated_images)
        if content not in self._refusals:
            self._refusals[content] = _refuse(stored.read(), settings)
        _raise(self._refusals[content])

    def check_bytes(self, body: bytes, settings: Settings) -> None:
        """
        Check an image that came with the request; how large it may be, the service's model says.

        :raises ServiceError: what the service would answer for it.
        """
        _raise(_refuse(body, settings))


def _raise(refusal: _Refusal | None) -> None:
    if refusal is not None:
        raise ServiceError(refusal.code, refusal.message)


def _refuse(body: bytes, settings: Settings) -> _Refusal | None:
    image = _open(body)
    if image is None:
        return _Refusal(Code.INVALID_IMAGE_FORMAT)
    width, height = image.size
    if min(width, height) < MIN_SIDE_PX:
        return _Refusal(Code.INVALID_PARAMETER)
    if max(width, height) > MAX_SIDE_PX:
        text = (
            f"Input image dimensions {width} x {height} exceed maximum dimension size of {MAX_SIDE_PX} pixels"
        )
        return _Refusal(Code.IMAGE_TOO_LARGE, text)
    if settings.truncated_images == "refuse" and not _is_whole(image):
        return _Refusal(Code.INVALID_IMAGE_FORMAT)
    return None


def _open(body: bytes) -> ImageFile | None:
    """
    Read an image's header; ``None`` when it is neither JPEG nor PNG, by its bytes.

    Pillow's own ``open`` warns of large images, and its limit is the process's; sizes are ours to judge.
    """
    try:
        if body.startswith(b"\xff\xd8\xff"):
            return JpegImageFile(BytesIO(body))
        if body.startswith(b"\x89PNG\r\n\x1a\n"):
            return PngImageFile(BytesIO(body))
    except _BROKEN:
        pass
    return None


def _is_whole(image: ImageFile) -> bool:
    """Whether the file goes on to its end: a PNG by its checksums, a JPEG by decoding it at an eighth."""
    try:
        if isinstance(image, PngImageFile):
            image.verify()
        else:
            width, height = image.size
            image.draft("L", (max(1, width // 8), max(1, height // 8)))
            image.load()
    except _BROKEN:
        return False
    return True
