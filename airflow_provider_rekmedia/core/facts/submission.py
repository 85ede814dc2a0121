"""Questions about starting a job."""

from typing import Final

from .fact import Fact

__all__ = ["SUBMISSION"]

SUBMISSION: Final = (
    Fact(
        id="repeated-token",
        question="Does a repeated request token return the first job?",
        behavior="AWS documents that it does. The package does not rely on it: it records the job id, and "
        "searches the "
        "list of jobs if a response was lost.",
        folders=("services",),
        is_asked=True,
    ),
    Fact(
        id="reused-token",
        question="Which error does AWS return for a token that was used for another request?",
        behavior="AWS documents IdempotentParameterMismatchException, which becomes `TokenReused`.",
        folders=("adapters",),
        is_asked=True,
    ),
    Fact(
        id="token-lifetime",
        question="How long does AWS remember a request token?",
        behavior="The package does not rely on it: the record of the submission stays. If a response was "
        "lost, the task "
        "searches the list of jobs before it calls again.",
        folders=("services",),
        switch="token_lifetime_s",
        is_asked=True,
    ),
    Fact(
        id="failed-job-token",
        question="What does AWS return for the token of a FAILED job?",
        behavior="The package never uses it again: the next job gets a new token. This does not apply to a "
        "`client_request_token` of yours.",
        folders=("core/jobs",),
        is_asked=True,
    ),
    Fact(
        id="bad-manifest",
        question="Does AWS refuse a bad manifest, or does the job fail?",
        behavior="Both are handled: `ManifestRefused`, and `JobFailed` with `INVALID_MANIFEST`.",
        folders=("core",),
        switch="bad_manifest",
        is_asked=True,
    ),
    Fact(
        id="missing-manifest",
        question="Does AWS refuse a manifest that does not exist, or does the job fail?",
        behavior="The manifest is checked before the call. Afterwards both are handled: `ObjectUnreadable`, "
        "and "
        "`JobFailed` with `INVALID_S3_OBJECT`.",
        folders=("services/jobs",),
        switch="missing_manifest",
        is_asked=True,
    ),
    Fact(
        id="bad-output",
        question="Does AWS refuse an output bucket that does not exist, or does the job fail?",
        behavior="Both are handled: `RequestRefused`, and `JobFailed` with `INVALID_OUTPUT_CONFIG`.",
        folders=("core",),
        switch="bad_output",
        is_asked=True,
    ),
    Fact(
        id="manifest-limits",
        question='Is "10k" 10,000, and "50 MB" 50,000,000 bytes?',
        behavior="The package uses the lower limits. It refuses a manifest of 50,000,001 to 52,428,800 "
        "bytes, although "
        "AWS might accept it.",
        folders=("core/images",),
    ),
    Fact(
        id="image-size-limit",
        question='Is an image of "15 MB" 15,000,000 or 15,728,640 bytes?',
        behavior='The package uses the higher limit, as botocore\'s model does for "5 MB". A refused image '
        "costs "
        "nothing and is listed as failed. A skipped image would not be moderated.",
        folders=("core/images",),
    ),
    Fact(
        id="constraint-error",
        question="Which error does AWS return if a value violates a pattern?",
        behavior="Values are checked before the call. InvalidParameterException and ValidationException "
        "both become "
        "`RequestRefused`.",
        folders=("adapters",),
        switch="constraint_error",
        is_asked=True,
    ),
    Fact(
        id="prefix-join",
        question="How does AWS join an output prefix that ends in a slash?",
        behavior="The package sends it without the slash. Your prefix may have one or not.",
        folders=("core/jobs",),
        switch="prefix_join",
        is_asked=True,
    ),
    Fact(
        id="extra-manifest-keys",
        question="May a manifest line contain more than `source-ref`?",
        behavior="The package writes only `source-ref`.",
        folders=("core/images",),
        is_asked=True,
    ),
    Fact(
        id="queued-jobs-quota",
        question="Do queued jobs count towards the quota?",
        behavior='The package does not count jobs. LimitExceededException means "wait for a slot".',
        folders=("core/jobs",),
        switch="queued_jobs_count",
        is_asked=True,
    ),
    Fact(
        id="default-min-confidence",
        question="What is MinConfidence if it is not sent?",
        behavior="The package sends it only if you set it. DetectModerationLabels documents 50.",
        folders=("core/jobs",),
        is_asked=True,
    ),
)
