"""
Settings for behavior that AWS does not document. The defaults are guesses.

``docs/reference/emulator.md`` has one row for each field of this class. A test compares them.
"""

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from msgspec import Meta

__all__ = ["Seconds", "UndocumentedBehavior", "setting"]

Seconds = Annotated[float, Meta(ge=0)]


def setting(default: Any, text: str) -> Any:
    """
    Make a dataclass field with a help text for the command line.

    :param default: immutable.
    :param text: one clause, without a full stop.
    """
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True, kw_only=True)
class UndocumentedBehavior:
    """Guesses about the service. Change one to see whether your code depends on it."""

    constraint_error: Literal["InvalidParameterException", "ValidationException"] = setting(
        "InvalidParameterException", "error for a value that violates a pattern, an enum or a length"
    )
    throttle_error: Literal["ProvisionedThroughputExceededException", "ThrottlingException"] = setting(
        "ProvisionedThroughputExceededException", "error for calls above an operation's rate quota"
    )
    throttling_status: Literal[400, 500] = setting(400, "HTTP status of ThrottlingException")
    bad_manifest: Literal["refuse", "fail_job"] = setting(
        "refuse", "empty or too large manifest: refuse Start, or let the job fail with INVALID_MANIFEST"
    )
    missing_manifest: Literal["refuse", "fail_job"] = setting(
        "refuse", "unreadable manifest: refuse Start, or let the job fail with INVALID_S3_OBJECT"
    )
    bad_output: Literal["fail_job", "refuse"] = setting(
        "fail_job", "unusable output bucket: let the job fail with INVALID_OUTPUT_CONFIG, or refuse Start"
    )
    blank_lines: Literal["skip", "error"] = setting("skip", "blank lines inside a manifest")
    first_line_number: Literal[0, 1] = setting(1, "line number of a manifest's first line")
    line_number_key: Literal["line-numer", "line-number"] = setting(
        "line-numer", "the summary's key for the line number; AWS's page spells it line-numer"
    )
    prefix_join: Literal["one_slash", "always_slash"] = setting(
        "one_slash", "how to join a file name to a prefix that is empty or ends in a slash"
    )
    unguessable_keys: bool = setting(
        default=False, text="write the output files to random keys instead of the keys of AWS's example"
    )
    shuffle_results: bool = setting(
        default=False, text="write the result lines in a different order than the manifest"
    )
    truncated_images: Literal["refuse", "accept"] = setting("refuse", "image files that end too early")
    queued_jobs_count: bool = setting(
        default=True, text="CREATED and QUEUED jobs count towards the concurrent-job quota"
    )
    closed_operations: Literal["bulk", "start"] = setting(
        "bulk", "operations denied by the fault 'closed': all three bulk operations, or only Start"
    )
    project_version_in_results: bool = setting(default=True, text="result lines name the requested adapter")
    token_lifetime_s: Seconds | None = setting(
        None, "seconds until a ClientRequestToken can be reused; none means never"
    )
