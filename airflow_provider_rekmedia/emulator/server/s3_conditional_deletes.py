"""
The ETags in DeleteObjects, which moto ignores.

An object whose ETag differs is not deleted; the response has an error for it, and its status is still 200.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element, ParseError, fromstring, tostring
from xml.sax.saxutils import escape

from .s3_preconditions import EtagOf, has_etag

__all__ = ["ConditionalDelete", "split_delete"]

_END: Final = re.compile(rb"</(?:\w+:)?DeleteResult>|<DeleteResult(?: [^>]*)?/>")


@dataclass(frozen=True)
class ConditionalDelete:
    """
    A request without the objects that must stay.

    :param body: what moto gets; ``None`` if no object is left.
    :param refused: keys whose condition does not hold.
    """

    body: bytes | None
    refused: Sequence[str]

    def complete(self, response: bytes) -> bytes:
        """Add the errors to moto's response; an empty response becomes a whole one."""
        errors = "".join(
            f"<Error><Key>{escape(key)}</Key><Code>PreconditionFailed</Code><Message>At least one of the "
            "pre-conditions you specified did not hold</Message></Error>"
            for key in self.refused
        ).encode()
        if end := _END.search(response):
            tail = end[0] if end[0].startswith(b"</") else b"</DeleteResult>"
            head = response[: end.start()] + (b"" if end[0].startswith(b"</") else b"<DeleteResult>")
            return head + errors + tail
        return b'<?xml version="1.0" encoding="UTF-8"?>\n<DeleteResult>' + errors + b"</DeleteResult>"


def split_delete(bucket: str, body: bytes, etag_of: EtagOf) -> ConditionalDelete | None:
    """
    Remove the objects whose ETag differs from a request.

    :param body: of DeleteObjects.
    :return: ``None`` if all conditions hold, or there are none: moto handles the request as it is.
    """
    if b"ETag>" not in body:
        return None
    try:
        root = fromstring(body)  # noqa: S314 - the request of a test
    except ParseError:
        return None
    namespace = root.tag.partition("}")[0] + "}" if root.tag.startswith("{") else ""
    refused: list[str] = []
    objects = root.findall(f"{namespace}Object")
    for found in objects:
        condition, key = (_text(found, f"{namespace}{name}") for name in ("ETag", "Key"))
        if condition and not has_etag(condition, etag_of(bucket, key, None)):
            refused.append(key)
            root.remove(found)
    if not refused:
        return None
    # moto reads the names without a prefix.
    kept = tostring(root, default_namespace=namespace.strip("{}") or None)
    return ConditionalDelete(kept if len(refused) < len(objects) else None, refused)


def _text(parent: Element, name: str) -> str:
    child = parent.find(name)
    return "" if child is None else child.text or ""
