"""
Makes small blurred grey pictures of images with Pillow, which the extra ``review`` installs.

A blurred picture is a convention. It is no protection: nobody has shown that blur makes reviewing healthier.
"""

import io
from collections.abc import Callable
from typing import Any, Final

from airflow_provider_rekmedia.core.errors import ExtraMissing

__all__ = ["preview_maker"]

_SIDE: Final = 320
_BLUR: Final = 6
_QUALITY: Final = 40
#: Rekognition accepts at most 10,000 pixels per side.
_MAX_PIXELS: Final = 10_000 * 10_000


def preview_maker() -> Callable[[bytes], bytes | None]:
    """
    Return a function that makes the picture of an image: JPEG, about 2 KB. It is safe to call in threads.

    The function returns ``None`` for bytes that are not an image that Rekognition reads.

    :raises ExtraMissing: Pillow is not installed.
    """
    try:
        from PIL import Image, ImageFilter  # noqa: PLC0415 an extra
    except ImportError as missing:
        raise ExtraMissing(
            extra="review", wanted_for="previews=True of RekognitionPlanReviewOperator"
        ) from missing

    def make(body: bytes) -> bytes | None:
        try:
            with Image.open(io.BytesIO(body), formats=("JPEG", "PNG")) as image:
                if image.width * image.height > _MAX_PIXELS:
                    return None
                return _blurred(image, ImageFilter.GaussianBlur(_BLUR))
        # Pillow raises errors of many classes for broken images; nothing about one image may stop the plan.
        except Exception:  # noqa: BLE001
            return None

    return make


def _blurred(image: Any, blur: Any) -> bytes:
    image.draft("L", (_SIDE, _SIDE))  # a JPEG is decoded at an eighth of its size, if that is enough
    small = image.convert("L")
    small.thumbnail((_SIDE, _SIDE))
    picture = io.BytesIO()
    small.filter(blur).save(picture, "JPEG", quality=_QUALITY)
    return picture.getvalue()
