"""Manifest, engine and results in one call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from airflow_provider_rekmedia.airflow_compat import TaskGroup, XComArg
from airflow_provider_rekmedia.core.arguments import parse_choice
from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.jobs.job import Engine
from airflow_provider_rekmedia.operators.manifest import RekognitionCreateManifestOperator
from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator
from airflow_provider_rekmedia.operators.moderation_labels import RekognitionDetectModerationLabelsOperator
from airflow_provider_rekmedia.operators.results import RekognitionMediaAnalysisResultsOperator

__all__ = ["ModeratedImages", "moderate_images"]

_OPERATOR_OF: Final[dict[Engine, Any]] = {
    Engine.BULK: RekognitionStartMediaAnalysisJobOperator,
    Engine.PER_IMAGE: RekognitionDetectModerationLabelsOperator,
}

#: One task reaches the quota of calls, which all share: more of them are no faster, hold a worker each, and
#: call ``max_tps`` each.
_TASKS_AT_ONCE: Final[dict[Engine, dict[str, int]]] = {
    Engine.BULK: {},
    Engine.PER_IMAGE: {"max_active_tis_per_dagrun": 1},
}


@dataclass(frozen=True, slots=True)
class ModeratedImages:
    """
    The tasks of :func:`moderate_images`.

    :param group: The task group: ``before >> images.group >> after``.
    :param manifest: Lists the images; ``images.manifest.output["images"]`` is how many.
    :param job: The engine, one mapped task for each manifest.
    :param results: Judges and counts; ``images.results.output["counts"]`` is what a branch wants.
    """

    group: TaskGroup
    manifest: RekognitionCreateManifestOperator
    job: Any
    results: RekognitionMediaAnalysisResultsOperator


def moderate_images(
    *,
    source: str | Sequence[str] | Any,
    output: str,
    engine: str,
    group_id: str = "moderate_images",
    policy: Mapping[str, Any] | str | None = None,
    ledger: str | None = None,
    manifest: Mapping[str, Any] | None = None,
    bulk: Mapping[str, Any] | None = None,
    per_image: Mapping[str, Any] | None = None,
    results: Mapping[str, Any] | None = None,
    connection: Mapping[str, Any] | None = None,
    **group: Any,
) -> ModeratedImages:
    """
    Moderate images from their source to verdicts: list them, analyze them, judge them.

    The engine is chosen when the Dag is parsed; the tasks, their ids and what they hand on are the same with
    either.

    .. seealso:: ``docs/task_groups/moderation.md``

    :param source: What :class:`RekognitionCreateManifestOperator` takes. (templated)
    :param output: Prefix ``s3://bucket/prefix/``, with the slash: manifests go under ``manifests/``, jobs
        under ``jobs/``. (templated)
    :param engine: ``bulk`` (StartMediaAnalysisJob) or ``per_image`` (DetectModerationLabels).
    :param group_id: The task group's id; tasks are ``manifest``, ``moderate`` and ``results`` in it.
    :param policy: What :class:`RekognitionMediaAnalysisResultsOperator` takes. (templated)
    :param ledger: Prefix of the ledger, for the manifest and for the results. (templated)
    :param manifest: More arguments of the manifest operator.
    :param bulk: More arguments of :class:`RekognitionStartMediaAnalysisJobOperator`, for ``engine="bulk"``.
    :param per_image: More arguments of :class:`RekognitionDetectModerationLabelsOperator`, for
        ``engine="per_image"``. One of its tasks runs at a time, unless ``max_active_tis_per_dagrun`` is among
        them; ``max_tps`` is for each.
    :param results: More arguments of the results operator.
    :param connection: Arguments for all three: ``aws_conn_id``, ``region_name``, ``verify``,
        ``botocore_config``; and whatever else all tasks take, such as ``retries``.
    :param group: Arguments of Airflow's ``TaskGroup``, such as ``tooltip``.
    :raises InvalidArgument: There is no such engine, or *output* lacks its slash.
    """
    chosen = parse_choice("engine", engine, Engine)
    if not output.endswith(("/", "}}")):
        raise InvalidArgument(argument="output", value=output, problem="it must end in /")
    own = {Engine.BULK: bulk, Engine.PER_IMAGE: per_image}[chosen] or {}
    everywhere: dict[str, Any] = dict(connection or {})
    everything = everywhere if ledger is None else {"ledger": ledger, **everywhere}
    with TaskGroup(group_id, **group) as task_group:
        listing: dict[str, Any] = {
            "task_id": "manifest",
            "source": source,
            "manifest_prefix": f"{output}manifests/",
        }
        lists = RekognitionCreateManifestOperator(**listing | everything | dict(manifest or {}))
        analyzing: dict[str, Any] = {"task_id": "moderate", "output": f"{output}jobs/"}
        analyzing |= _TASKS_AT_ONCE[chosen]
        job = _OPERATOR_OF[chosen].partial(**analyzing | everywhere | dict(own)).expand(manifest=lists.output)
        # One job that failed keeps the others' results neither from readers nor from the ledger.
        judging: dict[str, Any] = {"task_id": "results", "policy": policy, "job": job.output}
        judging |= {"index": XComArg(lists, "index"), "trigger_rule": "all_done"}
        judges = RekognitionMediaAnalysisResultsOperator(**judging | everything | dict(results or {}))
    return ModeratedImages(task_group, lists, job, judges)
