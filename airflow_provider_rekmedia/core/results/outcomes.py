"""The outcomes of a job's images: results and failures, and what a failure says about the image."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .image_result import ImageResult

__all__ = ["BAD_RESULT_LINE", "UNACCOUNTED", "ImageFailure", "Outcomes", "is_image_read", "is_permanent"]

#: Code for a line of the results that cannot be decoded.
BAD_RESULT_LINE: Final = "BAD_RESULT_LINE"
#: Code for a line of the manifest that neither the results nor the summary has.
UNACCOUNTED: Final = "UNACCOUNTED"

#: Parts of codes for faults of the image itself. DetectModerationLabels has such codes. AWS does not publish
#: the codes of a bulk summary, so these parts are searched for in any spelling. (unknown:
#: summary-error-codes,
#: image-error-codes, large-dimensions-error, truncated-image)
_IMAGE_FAULTS: Final = (
    "imageformat",
    "imagetoolarge",
    "imagetoosmall",
    "imagesize",
    "dimension",
    "pixel",
)
_IMAGE_FAULT_WORDS: Final = ("image format", "image size", "dimension", "pixel", "too small", "too large")

#: Parts of codes for a request that the service refused because of its image. The request's other fields are
#: checked before the first call.
_REFUSED_REQUESTS: Final = ("invalidparameter", "validation")


@dataclass(frozen=True, slots=True)
class ImageFailure:
    """
    An image, or a line of a file, that has no result.

    :param uri: The uri as in the manifest; ``None`` if it is unknown.
    :param code: The code of the service, or ``BAD_RESULT_LINE`` or ``UNACCOUNTED``.
    :param line_number: The line number as in the file; ``None`` if the file has none.
    :param lines: How many lines of the manifest it stands for. 0 for a damaged line of the results whose
        image is unknown: that image is unaccounted. More than 1 if the images cannot be named.
    """

    uri: str | None
    code: str
    message: str
    line_number: int | None = None
    lines: int = 1

    @property
    def is_line(self) -> bool:
        """Whether it stands for at least one line of the manifest."""
        return self.lines > 0


@dataclass(frozen=True, slots=True)
class Outcomes:
    """
    A part of a job's images. Over all parts, each line of the manifest occurs once.

    An image is in one of the two, whatever files name it (unknown: failed-in-results).
    """

    results: Sequence[ImageResult] = ()
    failures: Sequence[ImageFailure] = ()

    @property
    def has_read_image(self) -> bool:
        """Whether the service read at least one of the images; see :func:`is_image_read`."""
        return bool(self.results) or any(is_image_read(each.code, each.message) for each in self.failures)


def is_permanent(code: str, message: str = "") -> bool:
    """
    Whether the same bytes will be refused again: not a JPEG or PNG, too large, too small.

    Any other failure (not found, no access, a fault, an unknown code) may be temporary, so the image is tried
    again.

    :param code: The code of the summary or the service, in any case and punctuation.
    :param message: The message. It is used for ``InvalidParameterException``, a code with many causes.
    """
    plain = _plain(code)
    if any(word in plain for word in _IMAGE_FAULTS):
        return True
    return "invalidparameter" in plain and any(word in message.lower() for word in _IMAGE_FAULT_WORDS)


def is_image_read(code: str, message: str = "") -> bool:
    """
    Whether a failure shows that the service read the image, and refused the image itself.

    All other failures (no access, not found, a fault, an unknown code) may have a cause that concerns every
    image: an outage, or a bucket that cannot be read. If a job has only such failures, no image of it failed.

    :param code: The code of the summary or the service, in any case and punctuation.
    :param message: The message. ``InvalidParameterException`` is also a code for an object that S3 refuses.
    """
    if code == BAD_RESULT_LINE or is_permanent(code, message):
        return True
    plain = _plain(code)
    return any(word in plain for word in _REFUSED_REQUESTS) and "s3" not in message.lower()


def _plain(code: str) -> str:
    return "".join(filter(str.isalnum, code)).lower()
