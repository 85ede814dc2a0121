"""Failures by reason, each with its cure."""

from dataclasses import dataclass
from typing import Annotated, Final

import msgspec

from airflow_provider_rekmedia.core.results.outcomes import is_permanent

__all__ = ["OTHER_CODES", "FailureCount", "describe_failure"]

#: Stands for all codes beyond the first ones.
OTHER_CODES: Final = "(other codes)"
_MAX_MESSAGE_CHARS: Final = 200


class FailureCount(msgspec.Struct, frozen=True, kw_only=True):
    """
    Images that failed for one reason.

    :param code: The code of the service, ``BAD_RESULT_LINE`` or ``UNACCOUNTED``; untrusted.
    :param images: Lines of the manifests.
    :param message: The message of the first of these failures, truncated; untrusted.
    :param permanent: Whether the same bytes will fail again.
    :param cure: What to do.
    """

    code: str
    images: Annotated[int, msgspec.Meta(ge=0)]
    message: str
    permanent: bool
    cure: str


@dataclass(frozen=True, slots=True)
class _Cure:
    parts_of_code: tuple[str, ...]
    text: str


#: AWS does not publish the codes of a bulk summary, so parts of codes are searched for, in any spelling. The
#: first match is used.
_CURES: Final = (
    _Cure(
        ("imagetoolarge", "imagesize", "toolarge"),
        "Make the image smaller: at most 15 MB, and 10,000 pixels on each side.",
    ),
    _Cure(("toosmall", "dimension", "pixel"), "Use a larger image: at least 50 pixels on each side."),
    _Cure(("imageformat",), "Convert the image to JPEG or PNG. A file name alone does not make it one."),
    _Cure(
        ("accessdenied", "forbidden"),
        "Allow s3:GetObject on the images, and kms:Decrypt on their key, to the identity of the connection.",
    ),
    _Cure(
        ("invalids3object", "nosuchkey", "notfound"),
        "Check that the object still exists, is in the region of the job, and can be read by its identity.",
    ),
    _Cure(
        ("throttl", "throughput", "limitexceeded"),
        "Nothing to do: the image is tried again in the next run. If it recurs, run fewer jobs at once.",
    ),
    _Cure(("internal", "unavailable", "timeout"), "Nothing to do: the image is tried again in the next run."),
    _Cure(
        ("unaccounted",),
        "Clear the task to read the files again. If images are still missing, send the job id to AWS.",
    ),
    _Cure(("badresultline",), "The results file is damaged. Clear the task to read it again."),
    _Cure(("invalidparameter",), "Read the message. Often the file is not an image, or its size is wrong."),
)
_UNKNOWN: Final = "Read the message and the summary of the job. The image is tried again in the next run."


def describe_failure(code: str, message: str) -> FailureCount:
    """
    Describe a reason, without any image yet.

    :param code: The code of the service, in any case and punctuation.
    :param message: The message of one image.
    """
    plain = "".join(filter(str.isalnum, code)).lower()
    cure = next((cure.text for cure in _CURES if any(part in plain for part in cure.parts_of_code)), _UNKNOWN)
    return FailureCount(
        code=code,
        images=0,
        message=message[:_MAX_MESSAGE_CHARS],
        permanent=is_permanent(code, message),
        cure=cure,
    )
