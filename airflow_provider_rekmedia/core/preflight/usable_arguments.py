"""Reads the arguments of a run, and leaves out those that cannot be used."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from airflow_provider_rekmedia.core.actions.action_plan import parse_actions
from airflow_provider_rekmedia.core.actions.verb import Verb
from airflow_provider_rekmedia.core.arguments import (
    parse_optional,
    parse_optional_number,
    parse_optional_percent,
    parse_optional_prefix,
    parse_optional_text,
    parse_optional_time,
    parse_optional_uri,
    parse_optional_whole_number,
    parse_switch,
)
from airflow_provider_rekmedia.core.errors import InvalidArgument, RekmediaError
from airflow_provider_rekmedia.core.images.accepted_extensions import parse_extensions
from airflow_provider_rekmedia.core.images.image_filter import ImageFilter
from airflow_provider_rekmedia.core.images.source import Images, ListFiles, Source, parse_source
from airflow_provider_rekmedia.core.s3_uri import S3Uri

from .finding import Finding
from .run_arguments import RunArguments

__all__ = ["UsableArguments"]

_Value = TypeVar("_Value")

_MAX_NUMBER: Final = 10**12
_COPYING: Final = frozenset({Verb.COPY, Verb.MOVE})


class UsableArguments:
    """
    The arguments of a run that can be used. Each method returns ``None`` for any other argument.

    :param arguments: Of the operators; :func:`argument_readers.iter_argument_errors` finds most errors.
    """

    def __init__(self, arguments: RunArguments) -> None:
        self._by_task = dict(arguments.items())
        #: The errors that only this class finds.
        self.findings: list[Finding] = []

    def source(self) -> Source | None:
        """Return where the images are."""
        return self._read("manifest", "source", lambda _, given: parse_source(given))

    def prefix(self, task: str, name: str) -> S3Uri | None:
        """Return a prefix."""
        return self._read(task, name, lambda _, given: parse_optional_prefix(given))

    def uri(self, task: str, name: str) -> S3Uri | None:
        """Return the uri of an object."""
        return self._read(task, name, lambda _, given: parse_optional_uri(given))

    def switch(self, task: str, name: str) -> bool | None:
        """Return whether something is turned on."""
        return self._read(task, name, parse_switch)

    def text(self, task: str, name: str) -> str | None:
        """Return a text."""
        return self._read(task, name, parse_optional_text)

    def number(self, task: str, name: str) -> float | None:
        """Return a number."""
        return self._read(task, name, parse_optional_number)

    def percent(self, task: str, name: str) -> float | None:
        """Return a percentage."""
        return self._read(task, name, parse_optional_percent)

    def count(self, task: str, name: str) -> int | None:
        """Return a whole number of at least 0."""
        return self._read(
            task,
            name,
            lambda _, given: parse_optional_whole_number(name, given, low=0, high=_MAX_NUMBER),
        )

    def verbs(self) -> frozenset[Verb]:
        """Return what is done to images; a function is ``call``."""
        given = self._by_task["actions"]
        if not given:
            return frozenset()
        try:
            verbs = frozenset(parse_actions(given.get("actions"))[0].values())
            if verbs & _COPYING and parse_optional(given.get("quarantine")) is None:
                problem = "copy and move need a prefix for the copies, such as s3://bucket/quarantine/"
                raise InvalidArgument(argument="quarantine", value=None, problem=problem)
        except RekmediaError as error:
            self._report("actions of the task actions", error)
            return frozenset()
        return verbs

    def image_filter(self) -> ImageFilter:
        """Return the filter of the source; what cannot be used filters nothing."""
        is_named = isinstance(self.source(), Images | ListFiles)
        try:
            extensions = parse_extensions(
                self._by_task["manifest"].get("extensions"), is_named_by_user=is_named
            )
        except RekmediaError as error:
            self._report("extensions of the task manifest", error)
            extensions = None
        return ImageFilter(
            extensions=extensions,
            pattern=self.text("manifest", "pattern"),
            modified_after=self._read("manifest", "modified_after", parse_optional_time),
            modified_before=self._read("manifest", "modified_before", parse_optional_time),
            min_bytes=self.count("manifest", "min_bytes"),
            max_bytes=self.count("manifest", "max_bytes"),
        )

    def _read(self, task: str, name: str, parse: Callable[[str, Any], _Value]) -> _Value | None:
        given = parse_optional(self._by_task[task].get(name))
        try:
            return None if given is None else parse(name, given)
        except RekmediaError:
            return None

    def _report(self, subject: str, error: RekmediaError) -> None:
        self.findings.append(Finding.of_error("arguments", subject, error))
