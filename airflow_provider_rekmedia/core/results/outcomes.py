"""What became of a job's images: a batch of results, and of images that have none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .image_result import ImageResult

__all__ = ["BAD_RESULT_LINE", "UNACCOUNTED", "ImageFailure", "Outcomes", "is_permanent"]

#: A line of the results that cannot be read.
BAD_RESULT_LINE: Final = "BAD_RESULT_LINE"
#: A line of the manifest that neither the results nor the summary mentions.
UNACCOUNTED: Final = "UNACCOUNTED"

#: What lies in the image itself. DetectModerationLabels names its refusals so; the codes of a bulk
#: summary are not published, so the same words are looked for in them, whatever their spelling.
_IN_THE_IMAGE: Final = ("imageformat", "imagetoolarge", "imagetoosmall", "imagesize", "dimension", "pixel")
_IN_THE_MESSAGE: Final = ("image format", "image size", "dimension", "pixel", "too small", "too large")


@dataclass(frozen=True, slots=True)
class ImageFailure:
    """
    An image, or a line of a file, that has no result.

    :param uri: As the manifest had it; ``None`` where nobody can say.
    :param code: The service's, or one of this module's for what no file accounts for.
    :param line_number: As the file counts; ``None`` where it gave none.
    :param lines: For how many lines of the manifest it stands. None for a damaged line of the results when
        nothing tells its image: that image is among the unaccounted. Several where nobody can name them.
    """

    uri: str | None
    code: str
    message: str
    line_number: int | None = None
    lines: int = 1

    @property
    def is_line(self) -> bool:
        """Whether it stands for any."""
        return self.lines > 0


@dataclass(frozen=True, slots=True)
class Outcomes:
    """A part of a job's images; over all parts, each line of the manifest comes once."""

    results: Sequence[ImageResult] = ()
    failures: Sequence[ImageFailure] = ()


def is_permanent(code: str, message: str = "") -> bool:
    """
    Tell whether the same bytes will be refused again: not a JPEG or PNG, too large, too small.

    Anything else (not found, no access, a fault, an unknown code) may be mended, so another try is worth its
    call.

    :param code: As the summary has it, whatever its case and punctuation.
    :param message: Used if the code does not describe the image, as ``InvalidParameterException`` does.
    """
    plain = "".join(filter(str.isalnum, code)).lower()
    if any(word in plain for word in _IN_THE_IMAGE):
        return True
    return "invalidparameter" in plain and any(word in message.lower() for word in _IN_THE_MESSAGE)
