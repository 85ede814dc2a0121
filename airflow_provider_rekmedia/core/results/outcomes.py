"""The outcomes of a job's images: results and failures, and which failures are permanent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .image_result import ImageResult

__all__ = ["BAD_RESULT_LINE", "UNACCOUNTED", "ImageFailure", "Outcomes", "is_permanent"]

#: Code for a line of the results that cannot be decoded.
BAD_RESULT_LINE: Final = "BAD_RESULT_LINE"
#: Code for a line of the manifest that neither the results nor the summary has.
UNACCOUNTED: Final = "UNACCOUNTED"

#: Parts of codes for faults of the image itself. DetectModerationLabels has such codes. AWS does not publish
#: the codes of a bulk summary, so these parts are searched for in any spelling.
_IMAGE_FAULTS: Final = (
    "imageformat",
    "imagetoolarge",
    "imagetoosmall",
    "imagesize",
    "dimension",
    "pixel",
)
_IMAGE_FAULT_WORDS: Final = ("image format", "image size", "dimension", "pixel", "too small", "too large")


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
    """A part of a job's images. Over all parts, each line of the manifest occurs once."""

    results: Sequence[ImageResult] = ()
    failures: Sequence[ImageFailure] = ()


def is_permanent(code: str, message: str = "") -> bool:
    """
    Whether the same bytes will be refused again: not a JPEG or PNG, too large, too small.

    Any other failure (not found, no access, a fault, an unknown code) may be temporary, so the image is tried
    again.

    :param code: The code of the summary or the service, in any case and punctuation.
    :param message: The message. It is used for ``InvalidParameterException``, a code with many causes.
    """
    plain = "".join(filter(str.isalnum, code)).lower()
    if any(word in plain for word in _IMAGE_FAULTS):
        return True
    return "invalidparameter" in plain and any(word in message.lower() for word in _IMAGE_FAULT_WORDS)
