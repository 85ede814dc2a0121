"""The scripts and styles of the review page: files of the package, sent behind the login."""

from functools import cache
from hashlib import sha256
from http import HTTPStatus
from importlib.resources import files
from typing import Final

from fastapi import Response

from airflow_provider_rekmedia.plugins.moderation_page.problems import Problem

__all__ = ["assets_digest", "send_asset"]

_PAGE: Final = "airflow_provider_rekmedia.plugins.moderation_page"
_TYPES: Final = {"js": "text/javascript", "css": "text/css"}
_DIGITS: Final = 16


def assets_digest() -> str:
    """Return a digest of all files. It is part of their addresses, so that a browser never mixes versions."""
    digest = sha256()
    for name, body in sorted(_assets().items()):
        digest.update(name.encode() + body)
    return digest.hexdigest()[:_DIGITS]


def send_asset(digest: str, name: str) -> Response:
    """
    Send a file. The browser keeps it.

    :raises Problem: There is no such file, or it is of another version.
    """
    body = _assets().get(name)
    if body is None or digest != assets_digest():
        raise Problem(HTTPStatus.NOT_FOUND, "There is no such file", "Reload the page.")
    headers = {
        "Cache-Control": "private, max-age=31536000, immutable",
        "Content-Security-Policy": "default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(body, HTTPStatus.OK, headers, media_type=_TYPES[name.rpartition(".")[2]])


@cache
def _assets() -> dict[str, bytes]:
    """Read the files. The page shares the colors of the other pages."""
    folder = files(_PAGE) / "review" / "assets"
    found = {file.name: file.read_bytes() for file in folder.iterdir() if file.name.endswith((".js", ".css"))}
    return found | {"page.css": (files(_PAGE) / "templates" / "page.css").read_bytes()}
