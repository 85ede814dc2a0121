"""Parses the argument ``extensions``: the keys of a source that may be images."""

from typing import Any, Final

from airflow_provider_rekmedia.core.arguments import parse_optional
from airflow_provider_rekmedia.core.errors import InvalidArgument

from .image_filter import IMAGE_SUFFIXES

__all__ = ["parse_extensions"]

_ALL: Final = "*"


def parse_extensions(value: Any, *, is_named_by_user: bool) -> frozenset[str] | None:
    """
    Parse the accepted extensions, for :class:`ImageFilter`.

    :param value: ``"*"`` for every key; or extensions, in any case, with or without their dot: a list, or one
        text with commas. ``""`` in a list accepts keys without an extension. ``None`` is the default of the
        source.
    :param is_named_by_user: Whether the user names each image, in a list or as uris. Then the default is
        every key. Otherwise it is the suffixes of JPEG and PNG, and keys without an extension: the service
        does not bill an object that is not an image.
    :return: Suffixes in lower case; ``None`` accepts every key.
    :raises InvalidArgument: The value is not text or a list of text.
    """
    given = parse_optional(value)
    if given is None:
        return None if is_named_by_user else frozenset({*IMAGE_SUFFIXES, ""})
    names = given.split(",") if isinstance(given, str) else given
    if not isinstance(names, list | tuple | set | frozenset) or not names:
        raise InvalidArgument(argument="extensions", value=value, problem="it is not a list of extensions")
    if not all(isinstance(name, str) for name in names):
        raise InvalidArgument(argument="extensions", value=value, problem="an extension is not text")
    plain = [name.strip().lower() for name in names]
    if _ALL in plain:
        return None
    return frozenset(f".{name.removeprefix('.')}" if name else "" for name in plain)
