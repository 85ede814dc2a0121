"""Records which undecided images of earlier runs a review carried on, and deletes their files."""

from airflow_provider_rekmedia.adapters.results.verdict_files import iter_verdict_rows
from airflow_provider_rekmedia.adapters.review.review_files import ReviewFiles
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.review.carried_images import decode_carried, encode_carried
from airflow_provider_rekmedia.core.review.review_plan import ReviewPlan
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_prefix, parse_s3_uri

__all__ = ["finish_earlier_images", "read_carried"]


def finish_earlier_images(plan: ReviewPlan, files: ReviewFiles) -> None:
    """
    Delete the files of undecided images that a plan read, and record their images first.

    If an earlier run is finished again, it writes its undecided images again. The record keeps the next plan
    from asking for them. If the earlier run replaced the file since, the images of the plan are recorded.

    :raises ServiceError: S3 refused.
    :raises UnreadableVerdicts: A file is damaged.
    """
    prefix = parse_s3_prefix(plan.prefix)
    for consumed in plan.consumed_uris:
        uri = parse_s3_uri(consumed)
        is_there = files.objects.head(uri) is not None
        rows = iter_verdict_rows([consumed] if is_there else plan.earlier_uris, files.objects)
        # A retry keeps the record of the try that read the file.
        files.objects.put_if_absent(_record_uri(prefix, uri), encode_carried(rows), "application/json")
        if is_there:
            files.objects.delete(uri)


def read_carried(prefix: S3Uri, undecided: S3Uri, objects: S3Objects) -> frozenset[str]:
    """
    Return the digests of the images of a run that later runs carried on; see :func:`image_digest`.

    :param prefix: The prefix of reviews.
    :param undecided: A file of undecided images of the run.
    :raises UnreadableReview: A record is damaged.
    :raises ServiceError: S3 refused.
    """
    record = _record_uri(prefix, undecided)
    folder = S3Uri(record.bucket, record.key[: record.key.rindex("/") + 1])
    found = [file.uri for file in objects.iter_objects(folder)]
    return frozenset(image for uri in found for image in decode_carried(objects.read(uri), str(uri)))


def _record_uri(prefix: S3Uri, undecided: S3Uri) -> S3Uri:
    """Return ``carried/<run>/<name>.json`` for ``undecided/<run>/<name>.jsonl.gz``."""
    name = undecided.key.removeprefix(prefix.join("undecided/").key).removesuffix(".jsonl.gz")
    return prefix.join(f"carried/{name}.json")
