"""Chooses which stored reports a run reads, so that reading them stays cheap for years of runs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from airflow_provider_rekmedia.core.images.found_image import FoundImage
from airflow_provider_rekmedia.core.s3_uri import S3Uri

from .earlier_reports import MAX_EARLIER_RUNS

__all__ = ["MAX_REPORTS_OF_MONTH", "ReportsToRead", "choose_reports"]

#: A run every 45 minutes. With more runs, the cost of the month counts the newest of them.
MAX_REPORTS_OF_MONTH: Final = 1_000
_SUFFIX: Final = "/report.json"
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ReportsToRead:
    """
    The files to read.

    :param last: Reports of the runs that the run is compared with.
    :param month: Other reports of the month, for its cost.
    """

    last: tuple[S3Uri, ...]
    month: tuple[S3Uri, ...]


def choose_reports(
    found: Iterable[FoundImage], *, own: S3Uri, at: datetime, named: Iterable[S3Uri] = ()
) -> ReportsToRead:
    """
    Choose the reports of the last 28 runs, and those of the month.

    The newest files are those of the last runs, except if an old run is cleared. Then its own report, which
    it overwrites, has the names of the runs before it.

    :param found: All objects under the folder of the task's reports.
    :param own: The report of this run; it is never read as an earlier one.
    :param at: Now, aware UTC.
    :param named: Reports of the runs that the own report names; those that no longer exist are ignored.
    """
    stored = [image for image in found if image.uri.key.endswith(_SUFFIX) and image.uri != own]
    stored.sort(key=lambda image: image.modified_at or _NEVER, reverse=True)
    last = dict.fromkeys(image.uri for image in stored[:MAX_EARLIER_RUNS])
    last |= dict.fromkeys({image.uri for image in stored} & set(named))
    start = at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    month = (image.uri for image in stored if (image.modified_at or _NEVER) >= start)
    others = [uri for uri in month if uri not in last]
    return ReportsToRead(tuple(last), tuple(others[:MAX_REPORTS_OF_MONTH]))
