"""Parses what names the verdict files of a run, and where their images come from."""

from collections.abc import Mapping, Sequence
from typing import Any

from airflow_provider_rekmedia.core.arguments import parse_optional
from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.images.source import Prefixes, parse_source
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_uri

__all__ = ["parse_source_prefixes", "parse_verdict_files"]


def parse_verdict_files(value: Any) -> tuple[tuple[str, ...], int | None]:
    """
    Parse the argument ``verdicts``.

    :param value: The XCom ``verdicts`` of the results task; or the uri of one file, or of several.
    :return: The uris, and the number of all images of the run; ``None`` if it is not known.
    :raises InvalidArgument: It is none of these.
    :raises InvalidS3Uri: One of the uris is not an S3 uri.
    """
    given = parse_optional(value)
    run_images = None
    if isinstance(given, Mapping):
        run_images, given = given.get("run_images"), given.get("uris")
    uris = [given] if isinstance(given, str) else given
    if not isinstance(uris, Sequence) or isinstance(uris, bytes):
        problem = (
            "it names no verdict files; set verdicts of the results task, and pass its XCom verdicts, such "
            'as results.output["verdicts"]'
        )
        raise InvalidArgument(argument="verdicts", value=value, problem=problem)
    known = run_images if isinstance(run_images, int) else None
    return tuple(str(parse_s3_uri(uri)) for uri in uris), known


def parse_source_prefixes(value: Any) -> tuple[S3Uri, ...]:
    """
    Return the prefixes of the argument ``source``.

    :return: Empty if there is no source, or if it is a list: a list does not contain what is copied later.
    :raises InvalidInput: It is not a source.
    """
    given = parse_optional(value)
    if given is None:
        return ()
    source = parse_source(given)
    return source.prefixes if isinstance(source, Prefixes) else ()
