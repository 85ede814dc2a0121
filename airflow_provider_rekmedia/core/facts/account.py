"""Questions about the account and its permissions."""

from typing import Final

from .fact import Fact

__all__ = ["ACCOUNT"]

ACCOUNT: Final = (
    Fact(
        id="closed-account-error",
        question="Which error does a closed account get?",
        behavior="An AccessDeniedException with the text of AWS's notices becomes `ServiceClosed`. With "
        "another text "
        "it stays `AccessDenied`, whose advice names both causes.",
        folders=("adapters",),
        is_asked=True,
    ),
    Fact(
        id="closed-operations",
        question="Which operations are denied to a closed account?",
        behavior="Each call is handled by itself. If ListMediaAnalysisJobs is denied, the search for a lost "
        "job is "
        "skipped with a warning.",
        folders=("services",),
        switch="closed_operations",
        is_asked=True,
    ),
    Fact(
        id="yearly-use-check",
        question='Does AWS check "used in the last twelve months" repeatedly?',
        behavior="The package cannot see it. An account without use for a year may get the error of a closed "
        "account.",
        unnamed="the package does nothing about it",
    ),
    Fact(
        id="caller-permissions",
        question="Which permissions does the caller need on images and output?",
        behavior="The caller passes no role, so the documented permissions are the caller's. If one is "
        "missing, the "
        "job fails (`ACCESS_DENIED`) or the call is refused.",
        folders=("core",),
    ),
    Fact(
        id="bulk-image-region",
        question="Must the images of a bulk job be in the region of the call, as manifest and output must?",
        behavior="The bulk engine checks only the buckets of manifest and output. An image elsewhere "
        "becomes a result "
        "or an error of the summary, as the service decides.",
        folders=("services/jobs",),
    ),
    Fact(
        id="per-image-region",
        question="Must the images of DetectModerationLabels be in the region of the call?",
        behavior="AWS documents that they must. The per-image engine checks the images' buckets, and refuses "
        "a manifest if all its images are in other regions.",
        folders=("services/per_image",),
    ),
    Fact(
        id="session-expiry",
        question="What happens to a job when the caller's session expires?",
        behavior="The package waits for the end of the job. If it ends FAILED with a retryable code, a retry "
        "starts a new job.",
        folders=("core/jobs",),
    ),
    Fact(
        id="kms-permissions",
        question="Which permissions does a KMS key need?",
        behavior="Those that AWS documents for a similar operation: encryption, decryption, data keys and "
        "grants.",
        unnamed="only the docs name the permissions",
    ),
    Fact(
        id="bulk-price",
        question="What does an image cost in bulk?",
        behavior="The package assumes the price of DetectModerationLabels: see "
        "[the prices](../operators/manifest.md#prices).",
        folders=("core/images",),
    ),
)
