"""What a run will read, write and call. The checks, the command line and the IAM policy share it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from airflow_provider_rekmedia.core.actions.verb import Verb
from airflow_provider_rekmedia.core.arguments import parse_choice, parse_optional
from airflow_provider_rekmedia.core.images.image_filter import ImageFilter
from airflow_provider_rekmedia.core.images.source import Source
from airflow_provider_rekmedia.core.jobs.job import Engine
from airflow_provider_rekmedia.core.s3_uri import S3Uri

from .argument_readers import iter_argument_errors
from .finding import Finding, Outcome
from .run_arguments import RunArguments
from .usable_arguments import UsableArguments

__all__ = ["PlannedRun", "PlannedWrite", "plan_run"]

_MAX_IMAGES: Final = 10_000
_COPYING: Final = frozenset({Verb.COPY, Verb.MOVE})


@dataclass(frozen=True, slots=True)
class PlannedWrite:
    """
    A prefix that the run writes to.

    :param argument: The argument that names it.
    :param kms_key_id: The key that encrypts what is written; ``None`` leaves it to the bucket.
    :param needs: What the run does there besides writing: ``list``, ``get``, ``delete``.
    """

    argument: str
    prefix: S3Uri
    kms_key_id: str | None
    needs: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRun:
    """
    A run, as far as its arguments can be used.

    :param source: ``None`` if there is none, or if it cannot be used.
    :param policy: Untrusted, see ``load_policy``; ``None`` if there is none.
    :param min_confidence: Of the job, in percent; ``None`` is the default of the service.
    :param tables: Whether the results task writes Parquet tables.
    :param reviews_table: Whether the task that finishes a review writes a Parquet table.
    :param holds: Prefix of hold records, which the run reads.
    :param previews: Whether small pictures are made for a review.
    :param decisions_file: Decisions of another tool, which the review reads.
    :param max_images: Images per manifest.
    """

    engine: Engine
    source: Source | None
    writes: tuple[PlannedWrite, ...]
    policy: Any = None
    min_confidence: float | None = None
    project_version: str | None = None
    ledger: S3Uri | None = None
    tables: bool = False
    reviews_table: bool = False
    verbs: frozenset[Verb] = frozenset()
    all_versions: bool = False
    holds: S3Uri | None = None
    previews: bool = False
    decisions_file: S3Uri | None = None
    image_filter: ImageFilter = field(default_factory=ImageFilter)
    max_images: int = _MAX_IMAGES
    max_total_images: int | None = None
    max_cost_usd: float | None = None


def plan_run(arguments: RunArguments) -> tuple[PlannedRun, list[Finding]]:
    """
    Parse the arguments of a run. An argument that cannot be used is left out of the plan.

    :return: The plan, and one finding for each argument that cannot be used.
    :raises InvalidArgument: There is no such engine.
    """
    engine = parse_choice("engine", arguments.engine, Engine)
    findings = [
        Finding.of_error("arguments", f"{name} of the task {task}", error)
        for task, given in arguments.items()
        for name, error in iter_argument_errors(given)
    ]
    usable = UsableArguments(arguments)
    verbs = usable.verbs()
    tasks = {task for task, given in arguments.items() if given}
    plan = PlannedRun(
        engine=engine,
        source=usable.source(),
        writes=tuple(_iter_writes(usable, tasks, verbs)),
        policy=parse_optional(arguments.results.get("policy")),
        min_confidence=usable.percent("moderate", "min_confidence"),
        project_version=usable.text("moderate", "project_version"),
        ledger=usable.prefix("manifest", "ledger"),
        tables=usable.prefix("results", "parquet") is not None,
        reviews_table=usable.prefix("review.finish", "parquet") is not None,
        verbs=verbs,
        all_versions=bool(arguments.actions.get("all_versions")),
        holds=usable.prefix("actions", "holds") if arguments.actions else None,
        previews=_makes_previews(arguments, usable),
        decisions_file=usable.uri("review.finish", "decisions_file"),
        image_filter=usable.image_filter(),
        max_images=usable.count("manifest", "max_images") or _MAX_IMAGES,
        max_total_images=usable.count("manifest", "max_total_images"),
        max_cost_usd=usable.number("manifest", "max_cost"),
    )
    return plan, findings + usable.findings or [_all_usable()]


def _makes_previews(arguments: RunArguments, usable: UsableArguments) -> bool:
    """Whether the task that plans a review makes previews, as it does by default."""
    if not arguments.review:
        return False
    return "previews" not in arguments.review or bool(usable.switch("review", "previews"))


def _all_usable() -> Finding:
    return Finding(check="arguments", outcome=Outcome.OK, text="all can be used")


#: What the tasks do with each prefix besides writing to it.
_NEEDS: Final[Mapping[tuple[str, str], frozenset[str]]] = {
    ("manifest", "manifest_prefix"): frozenset({"list", "get"}),
    ("moderate", "output"): frozenset({"list", "get"}),
    ("results", "verdicts"): frozenset({"list", "get"}),
    ("results", "parquet"): frozenset(),
    ("results", "report"): frozenset({"list", "get"}),
    ("results", "ledger"): frozenset({"list", "get", "delete"}),
    ("results", "audit_candidates"): frozenset({"get"}),
    ("review", "review"): frozenset({"list", "get", "delete"}),
    # Without this argument, the hold records are below the prefix of the review. The page reads them.
    ("review", "holds"): frozenset({"list", "get"}),
    ("review.finish", "parquet"): frozenset(),
    ("actions", "action_log"): frozenset({"list", "get"}),
    ("actions", "quarantine"): frozenset({"list", "get"}),
}


#: The tasks that write to a prefix, if another task has the argument.
_WRITERS: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("review", "review"): ("review", "review.review", "review.finish"),
    ("review", "holds"): ("review.review", "review.finish"),
}


def _iter_writes(
    usable: UsableArguments, tasks: Collection[str], verbs: frozenset[Verb]
) -> Iterator[PlannedWrite]:
    """
    Yield the prefixes that the run writes to, each once for each key.

    :param tasks: The tasks of the run.
    """
    found: dict[tuple[str, S3Uri, str | None], PlannedWrite] = {}
    for (task, argument), needs in _NEEDS.items():
        prefix = usable.prefix(task, argument)
        if prefix is None or (argument == "quarantine" and not verbs & _COPYING):
            continue
        for writer in _WRITERS.get((task, argument), (task,)):
            if writer in tasks:
                key = usable.text(writer, "kms_key_id")
                write = PlannedWrite(argument, prefix, key, needs)
                found.setdefault((argument, prefix, key), write)
    yield from found.values()
