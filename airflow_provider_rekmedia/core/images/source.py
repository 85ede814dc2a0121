"""Parses the argument ``source``: prefixes, images, list files or inventories."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.s3_uri import S3Uri, parse_s3_prefix, parse_s3_uri

from .image_filter import has_image_suffix

__all__ = ["Images", "Inventories", "ListFiles", "Prefixes", "Source", "parse_source"]

#: Suffixes of list files; each may be followed by ``.gz``. Parquet is one more.
_LIST_SUFFIXES: Final = (".txt", ".csv", ".jsonl", ".ndjson")
_INVENTORY: Final = "/manifest.json"
#: ``[`` is not among them: keys such as ``photo[1].jpg`` are common.
_GLOB: Final = re.compile(r"[*?]")


@dataclass(frozen=True, slots=True)
class Prefixes:
    """Prefixes to list. No prefix is below another one."""

    prefixes: tuple[S3Uri, ...]


@dataclass(frozen=True, slots=True)
class Images:
    """Uris of images, in the user's order."""

    images: tuple[S3Uri, ...]


@dataclass(frozen=True, slots=True)
class ListFiles:
    """Files that list images."""

    files: tuple[S3Uri, ...]


@dataclass(frozen=True, slots=True)
class Inventories:
    """The ``manifest.json`` files of S3 Inventory reports."""

    manifests: tuple[S3Uri, ...]


Source = Prefixes | Images | ListFiles | Inventories


def parse_source(value: Any) -> Source:
    """
    Decide by the end of its uris what a source is.

    - ``/manifest.json``: an inventory report;
    - ``.txt``, ``.csv``, ``.jsonl``, ``.ndjson`` (each also with ``.gz``) and ``.parquet``: a file that lists
      images;
    - a suffix of JPEG or PNG, see :data:`IMAGE_SUFFIXES`: an image. If one of several uris
      is an image, all are images;
    - ``/``, or no dot in the last part: a prefix.

    :param value: One uri, or several of one kind.
    :raises InvalidArgument: The uris have another end, or are of two kinds, or are globs. Listing a file name
        as a prefix would find nothing, and the run would look like one without images.
    :raises InvalidS3Uri: A value is not an S3 uri.
    """
    if isinstance(value, str) and value.lstrip().startswith("["):
        problem = (
            "it is a list rendered to text; pass the task's output instead of a template, or set "
            "render_template_as_native_obj on the Dag"
        )
        raise InvalidArgument(argument="source", value=value, problem=problem)
    if not isinstance(value, Iterable):
        problem = f"it is a {type(value).__name__}, not a uri or a list of uris"
        raise InvalidArgument(argument="source", value=value, problem=problem)
    uris = [value] if isinstance(value, str) else list(value)
    for uri in uris:
        _refuse_glob(uri)
    lists = [uri for uri in uris if _is_list_file(uri)]
    reports = [uri for uri in uris if _ends_with(uri, _INVENTORY)]
    if any(isinstance(uri, str) and has_image_suffix(uri) for uri in uris) or not uris:
        _refuse_mixture(uris, lists or reports or [uri for uri in uris if _ends_with(uri, "/")])
        return Images(tuple(map(parse_s3_uri, uris)))
    for files, kind in ((lists, ListFiles), (reports, Inventories)):
        if files:
            _refuse_mixture(uris, [uri for uri in uris if uri not in files])
            return kind(tuple(map(parse_s3_uri, uris)))
    return Prefixes(_outermost([_parse_prefix(uri) for uri in uris]))


def _refuse_glob(uri: Any) -> None:
    glob = _GLOB.search(uri) if isinstance(uri, str) else None
    if glob is None:
        return
    folder = uri[: glob.start()].rpartition("/")[0]
    _, _, pattern = uri.removeprefix("s3://").partition("/")
    problem = (
        f"it is a glob, and source names no patterns; write source={folder + '/'!r} and pattern={pattern!r}. "
        "If a key really has this character, name it in a list file"
    )
    raise InvalidArgument(argument="source", value=uri, problem=problem)


def _parse_prefix(uri: Any) -> S3Uri:
    prefix = parse_s3_prefix(uri)
    if not uri.endswith("/") and "." in prefix.key.rstrip("/").rpartition("/")[2]:
        problem = (
            "it ends like a file, but not like an image, a list of images or an inventory's "
            "manifest.json; write a prefix with a slash at its end"
        )
        raise InvalidArgument(argument="source", value=uri, problem=problem)
    return prefix


def _ends_with(uri: object, end: str) -> bool:
    return isinstance(uri, str) and uri.endswith(end)


def _is_list_file(uri: object) -> bool:
    if not isinstance(uri, str):
        return False
    plain = uri.lower()
    return plain.endswith(".parquet") or plain.removesuffix(".gz").endswith(_LIST_SUFFIXES)


def _refuse_mixture(uris: list[Any], others: list[Any]) -> None:
    if others:
        problem = f"it mixes kinds: {others[0]!r} is not of the same kind as the rest of the {len(uris)} uris"
        raise InvalidArgument(argument="source", value=uris[:3], problem=problem)


def _outermost(prefixes: list[S3Uri]) -> tuple[S3Uri, ...]:
    """Drop each prefix that is below another one, so no object is listed twice."""
    kept: list[S3Uri] = []
    for prefix in sorted(set(prefixes), key=lambda candidate: (candidate.bucket, candidate.key)):
        if not kept or kept[-1].bucket != prefix.bucket or not prefix.key.startswith(kept[-1].key):
            kept.append(prefix)
    return tuple(kept)
