"""
What AWS does not document, one switch per question; the defaults are guesses, and are called so.

``docs/reference/emulator.md`` has a row for every field of this class: a test compares them.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["Switches", "documented"]


def documented(default: Any, text: str) -> Any:
    """
    Make a dataclass field that says what it is for; the command line's help and the reference page read it.

    :param default: the value when nobody says otherwise; immutable.
    :param text: one clause, without a full stop.
    """
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True, kw_only=True)
class Switches:
    """Guesses about the service; turn each the other way to see whether your code depends on it."""

    constraint_error: Literal["InvalidParameterException", "ValidationException"] = documented(
        "InvalidParameterException", "the error for a value that breaks a pattern, an enum or a length"
    )
    throttle_error: Literal["ProvisionedThroughputExceededException", "ThrottlingException"] = documented(
        "ProvisionedThroughputExceededException", "the error for calls above an operation's rate quota"
    )
    throttling_status: Literal[400, 500] = documented(400, "the HTTP status of ThrottlingException")
    bad_manifest: Literal["refuse", "fail_job"] = documented(
        "refuse", "an empty or too large manifest: refuse Start, or let the job fail with INVALID_MANIFEST"
    )
    missing_manifest: Literal["refuse", "fail_job"] = documented(
        "refuse", "a manifest that cannot be read: refuse Start, or let the job fail with INVALID_S3_OBJECT"
    )
    bad_output: Literal["fail_job", "refuse"] = documented(
        "fail_job", "an unusable output bucket: fail the job with INVALID_OUTPUT_CONFIG, or refuse Start"
    )
    blank_lines: Literal["skip", "error"] = documented("skip", "blank lines inside a manifest")
    first_line_number: Literal[0, 1] = documented(1, "what the first line of a manifest is called")
    line_number_key: Literal["line-numer", "line-number"] = documented(
        "line-numer", "the summary's key for the line number; AWS's page spells it line-numer"
    )
    prefix_join: Literal["one_slash", "always_slash"] = documented(
        "one_slash", "how a prefix that is empty or ends in a slash is joined with a file name"
    )
    unguessable_keys: bool = documented(
        default=False, text="put the outputs under random keys instead of those of AWS's example"
    )
    shuffle_results: bool = documented(
        default=False, text="write the result lines in another order than the manifest's"
    )
    truncated_images: Literal["refuse", "accept"] = documented("refuse", "image files that end too early")
    queued_jobs_count: bool = documented(
        default=True, text="jobs that are CREATED or QUEUED count towards the concurrent-job quota"
    )
    closed_operations: Literal["bulk", "start"] = documented(
        "bulk", "what an account without bulk analysis is refused: all three bulk operations, or only Start"
    )
    project_version_in_results: bool = documented(
        default=True, text="result lines name the adapter that was asked for"
    )
    token_lifetime_s: float | None = documented(
        None, "seconds for which a ClientRequestToken is remembered; none is for ever"
    )
