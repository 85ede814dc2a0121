"""Whether an image that failed can succeed another time."""

from typing import Final

__all__ = ["BAD_RESULT_LINE", "UNACCOUNTED", "is_permanent"]

#: A line of the results that cannot be read.
BAD_RESULT_LINE: Final = "BAD_RESULT_LINE"
#: A line of the manifest that neither the results nor the summary mentions.
UNACCOUNTED: Final = "UNACCOUNTED"

#: What lies in the image itself. DetectModerationLabels names its refusals so; the codes of a bulk
#: summary are not published, so the same words are looked for in them, whatever their spelling.
_IN_THE_IMAGE: Final = ("imageformat", "imagetoolarge", "imagetoosmall", "imagesize", "dimension", "pixel")
_IN_THE_MESSAGE: Final = ("image format", "image size", "dimension", "pixel", "too small", "too large")


def is_permanent(code: str, message: str = "") -> bool:
    """
    Tell whether the same bytes will be refused again: not a JPEG or PNG, too large, too small.

    Anything else (not found, no access, a fault, an unknown code) may be mended, so another try is worth its
    call.

    :param code: As the summary has it, whatever its case and punctuation.
    :param message: Asked where the code says nothing of the image, as ``InvalidParameterException`` does.
    """
    plain = "".join(filter(str.isalnum, code)).lower()
    if any(word in plain for word in _IN_THE_IMAGE):
        return True
    return "invalidparameter" in plain and any(word in message.lower() for word in _IN_THE_MESSAGE)
