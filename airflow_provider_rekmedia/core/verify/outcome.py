"""What AWS returned: a refusal, or the end of a job with its files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from airflow_provider_rekmedia.core.jobs.job import JobStatus

from .experiments import Experiment

__all__ = ["JobEnd", "Refusal"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """
    A call that AWS refused.

    :param status: The HTTP status; ``None`` if there was no response.
    :param is_denied: Whether the caller may not make the call, or the account is closed to it.
    :param is_throttled: Whether too many calls were made.
    :param is_transient: Whether the same call can succeed later.
    """

    operation: str
    code: str
    message: str
    status: int | None = None
    is_denied: bool = False
    is_throttled: bool = False
    is_transient: bool = False

    @property
    def is_answer(self) -> bool:
        """Whether the refusal is about the request: not about permissions, the rate or a fault."""
        return not (self.is_denied or self.is_throttled or self.is_transient)

    def __str__(self) -> str:
        return f"{self.operation}: {self.code}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEnd:
    """
    A job that ended, or that did not end in time.

    :param failure: Why it FAILED, as text; ``""`` otherwise.
    :param results: The lines of the results, as JSON objects.
    :param summary: The summary, as a JSON object.
    :param duration_s: From creation to completion, by the times of AWS; ``None`` if one is missing.
    """

    experiment: Experiment
    job_id: str
    status: JobStatus
    failure: str = ""
    results_key: str = ""
    summary_key: str = ""
    results: Sequence[Mapping[str, Any]] = ()
    summary: Mapping[str, Any] = field(default_factory=dict)
    duration_s: float | None = None

    @property
    def errors(self) -> Sequence[Mapping[str, Any]]:
        """The errors of the summary."""
        return self.summary.get("errors") or ()

    @property
    def result_uris(self) -> list[str]:
        """The images of the results, in the file's order."""
        return [str(result.get("source-ref")) for result in self.results]

    def error_of(self, role: str) -> Mapping[str, Any] | None:
        """Return the error of the first line with this role, found by its URI."""
        uri = self.experiment.uri_of(role)
        return next((error for error in self.errors if error.get("source-ref") == uri), None) if uri else None

    def iter_labels(self, uri: str) -> Iterator[tuple[str, float]]:
        """Iterate over the labels of an image, with their confidences in percent."""
        for result in self.results:
            if result.get("source-ref") == uri:
                for label in result.get("detect-moderation-labels", {}).get("ModerationLabels", ()):
                    yield label.get("Name", ""), label.get("Confidence", 0.0)
