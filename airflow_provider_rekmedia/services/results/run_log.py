"""Logs what the results of a run say: counts, the worst images, cut lists, cost, and where the files are."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from airflow_provider_rekmedia.core.images.prices import PRICE_REGION, PRICES_AS_OF, price_usd
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.untrusted_text import show_text
from airflow_provider_rekmedia.core.verdicts.tally import Tally
from airflow_provider_rekmedia.core.verdicts.verdict import NOT_ANALYZED
from airflow_provider_rekmedia.core.verdicts.verdict_file import VerdictFileSet

__all__ = ["WrittenFiles", "log_run"]

_LOG = logging.getLogger(__name__)

_MAX_LOGGED_LABELS: Final = 20
_MAX_LOGGED_IMAGES: Final = 10
_MAX_LOGGED_URIS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFiles:
    """
    The files that have what the lists of a run have, and more.

    :param verdicts: ``None`` if the task has no ``verdicts``.
    :param tables: Uris of the tables' folders.
    """

    results_uris: Sequence[str]
    summary_uris: Sequence[str]
    verdicts: VerdictFileSet | None
    tables: Sequence[str]
    ledger: S3Uri | None


def log_run(tally: Tally, files: WrittenFiles, *, billed: int, unnamed: int) -> None:
    """
    Log a finished run.

    :param billed: Images that the jobs analyzed. Stored results that are judged again are not part of it.
    :param unnamed: Images that are not allowed, but whose uri is unknown, so no verdict file has them.
    """
    _log_counts(tally)
    _log_images(tally)
    _log_cut_lists(tally, files)
    if files.verdicts is not None and unnamed:
        _LOG.warning(
            "%d images are not allowed, but no file of their job names them, so no verdict file has them",
            unnamed,
        )
    _LOG.info(
        "Cost: the analysis of %d images is about %.2f US dollars (list price of %s, %s, without the free "
        "tier). This task itself calls no paid operation.",
        billed,
        price_usd(billed),
        PRICE_REGION,
        PRICES_AS_OF,
    )
    _log_files(files)


def _log_counts(tally: Tally) -> None:
    counts = tally.counts
    _LOG.info("Images: %s", ", ".join(f"{count} {name}" for name, count in counts.as_dict().items()))
    label_counts = tally.label_counts
    labels = [f"{n} {show_text(name)}" for name, n in islice(label_counts.items(), _MAX_LOGGED_LABELS)]
    if more := len(label_counts) - len(labels):
        labels.append(f"{more} more")
    _LOG.info("Labels: %s", ", ".join(labels) or "none")
    if counts.unaccounted:
        _LOG.warning("%d images have neither a result nor an error in the job's files", counts.unaccounted)


def _log_images(tally: Tally) -> None:
    analyzed = [image for image in tally.flagged if image["rule"] != NOT_ANALYZED]
    for image in analyzed[:_MAX_LOGGED_IMAGES]:
        rule, uri = show_text(image["rule"]), show_text(image["uri"])
        _LOG.info("%s by the rule %s, %.1f %%: %s", image["verdict"], rule, image["confidence"], uri)
    errors = tally.errors
    for error in errors[:_MAX_LOGGED_IMAGES]:
        fields = (show_text(error[name]) for name in ("uri", "code", "message"))
        _LOG.warning("Not analyzed: %s (%s: %s)", *fields)
    if (more := len(errors) - _MAX_LOGGED_IMAGES) > 0:
        _LOG.warning("Not analyzed: %d more errors, see the XCom errors", more)


def _log_cut_lists(tally: Tally, files: WrittenFiles) -> None:
    """Warn about each XCom that is cut, and name the file that has everything."""
    tables = _show_uris(files.tables)
    if files.verdicts is not None:
        images = f"All of them are in {_show_uris(files.verdicts.uris)}"
    elif tables:
        images = f"All of them are in the tables {tables}"
    else:
        images = "No file has all of them: set verdicts to write one"
    places = {
        "flagged": images,
        "errors": f"All of them are in the summaries {_show_uris(files.summary_uris) or 'of the jobs'}",
        "label_counts": f"All labels are in {tables or _show_uris(files.results_uris)}",
    }
    for name, left_out in tally.left_out.items():
        if left_out:
            _LOG.warning("The XCom %s is cut: %d items are not in it. %s", name, left_out, places[name])


def _log_files(files: WrittenFiles) -> None:
    if files.verdicts is not None:
        uris = _show_uris(files.verdicts.uris) or "none, because every image is allowed"
        _LOG.info("Verdict files of %d images: %s", files.verdicts.images, uris)
    if files.tables:
        _LOG.info("Tables: %s", _show_uris(files.tables))
    if files.ledger is not None:
        _LOG.info("Ledger: %s", files.ledger)
    _LOG.info("Results: %s", _show_uris(files.results_uris) or "none")


def _show_uris(uris: Sequence[str]) -> str:
    shown = [show_text(uri, 1_100) for uri in uris[:_MAX_LOGGED_URIS]]
    if more := len(uris) - len(shown):
        shown.append(f"{more} more")
    return ", ".join(shown)
