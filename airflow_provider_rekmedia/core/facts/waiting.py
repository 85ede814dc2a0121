"""Questions about the time between the start and the end of a job."""

from typing import Final

from .fact import Fact

__all__ = ["WAITING"]

WAITING: Final = (
    Fact(
        id="created-or-queued",
        question="What is the difference between CREATED and QUEUED?",
        behavior='Both are treated as "not ended".',
        folders=("core/jobs",),
    ),
    Fact(
        id="job-duration",
        question="How long does a job take?",
        behavior="A wait ends at `timeout`, 24 hours by default. A retry attaches to the job.",
        folders=("core/jobs",),
        is_asked=True,
    ),
    Fact(
        id="throttling-status",
        question="Does throttling have HTTP status 400 or 500?",
        behavior="The error code decides, not the status.",
        folders=("adapters",),
        switch="throttling_status",
        is_asked=True,
    ),
    Fact(
        id="failure-codes",
        question="What do the failure codes mean?",
        behavior="The advice assumes that a code means the same as the exception with its name. An unknown "
        "code is retryable.",
        folders=("core",),
    ),
    Fact(
        id="page-token-lifetime",
        question="How long is a pagination token valid?",
        behavior="Pages are read one after the other, without a pause.",
        folders=("adapters/jobs",),
    ),
    Fact(
        id="console-url",
        question="What is the console's URL of a job?",
        behavior="The link opens the console in the job's region.",
        folders=("links",),
    ),
)
