"""Creates the tasks of a run in one call: preflight, manifest, engine, results and actions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from airflow_provider_rekmedia.airflow_compat import TaskGroup, XComArg
from airflow_provider_rekmedia.core.arguments import parse_choice
from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.jobs.job import Engine
from airflow_provider_rekmedia.operators.manifest import RekognitionCreateManifestOperator
from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator
from airflow_provider_rekmedia.operators.moderation_labels import RekognitionDetectModerationLabelsOperator
from airflow_provider_rekmedia.operators.preflight import RekognitionPreflightOperator
from airflow_provider_rekmedia.operators.results import RekognitionMediaAnalysisResultsOperator
from airflow_provider_rekmedia.operators.verdicts import RekognitionApplyVerdictsOperator

from .argument_checks import check_actions, check_arguments, check_policy, reads_xcom

if TYPE_CHECKING:
    from .review import ReviewedImages

__all__ = ["ModeratedImages", "moderate_images"]

_OPERATOR_OF: Final[dict[Engine, Any]] = {
    Engine.BULK: RekognitionStartMediaAnalysisJobOperator,
    Engine.PER_IMAGE: RekognitionDetectModerationLabelsOperator,
}

#: One per-image task reaches the account's quota of calls. More tasks would share the quota, and each would
#: hold a worker.
_TASKS_AT_ONCE: Final[dict[Engine, dict[str, int]]] = {
    Engine.BULK: {},
    Engine.PER_IMAGE: {"max_active_tis_per_dagrun": 1},
}


@dataclass(frozen=True, slots=True)
class ModeratedImages:
    """
    The tasks of :func:`moderate_images`.

    :param group: The task group: ``before >> images.group >> after``.
    :param manifest: Lists the images; ``images.manifest.output["images"]`` is their number.
    :param job: Runs the engine, one mapped task for each manifest.
    :param results: Judges and counts the images; use ``images.results.output["counts"]`` in a branch.
    :param actions: Acts on the verdicts; ``None`` without *actions*.
    :param review: Lets people decide; ``None`` without *review*.
    :param preflight: Checks what the run needs; ``None`` if it is turned off.
    """

    group: TaskGroup
    manifest: RekognitionCreateManifestOperator
    job: Any
    results: RekognitionMediaAnalysisResultsOperator
    actions: RekognitionApplyVerdictsOperator | None = None
    review: "ReviewedImages | None" = None
    preflight: RekognitionPreflightOperator | None = None


def moderate_images(
    *,
    source: str | Sequence[str] | Any,
    output: str,
    engine: str,
    group_id: str = "moderate_images",
    policy: Mapping[str, Any] | str | None = None,
    ledger: str | None = None,
    kms_key_id: str | None = None,
    pool: str | None = None,
    manifest: Mapping[str, Any] | None = None,
    bulk: Mapping[str, Any] | None = None,
    per_image: Mapping[str, Any] | None = None,
    results: Mapping[str, Any] | None = None,
    review: Mapping[str, Any] | None = None,
    actions: Mapping[str, Any] | None = None,
    act: Mapping[str, Any] | None = None,
    preflight: Mapping[str, Any] | bool = True,
    connection: Mapping[str, Any] | None = None,
    **group: Any,
) -> ModeratedImages:
    """
    Moderate images from their source to verdicts and actions: check, list, analyze, judge, and act on them.

    The engine is chosen when the Dag is parsed. Both engines have the same tasks, task ids and XComs.

    .. seealso:: ``docs/task_groups/moderation.md``

    :param source: As in :class:`RekognitionCreateManifestOperator`. (templated)
    :param output: Prefix ``s3://bucket/prefix/``, with the slash: manifests go under ``manifests/``, jobs
        under ``jobs/``, verdict files under ``verdicts/``, reports under ``report/``, hold records under
        ``holds/``; with *review*, reviews under ``review/``; with *actions*, action logs under ``actions/``,
        copies under ``quarantine/``. (templated)
    :param engine: ``bulk`` (StartMediaAnalysisJob) or ``per_image`` (DetectModerationLabels).
    :param group_id: The task group's id; tasks are ``preflight``, ``manifest``, ``moderate``, ``results``
        and, with *actions*, ``actions`` in it; with *review*, the group ``review``.
    :param policy: As in :class:`RekognitionMediaAnalysisResultsOperator`. (templated)
    :param ledger: Prefix of the ledger, for the manifest and the results operator. (templated)
    :param kms_key_id: Key that encrypts everything that the tasks write. (templated)
    :param pool: Airflow pool of the tasks that run the engine, to start no more jobs than the account has
        job slots. The pool must include deferred tasks. ``None`` is Airflow's default pool.
    :param manifest: More arguments of the manifest operator.
    :param bulk: More arguments of :class:`RekognitionStartMediaAnalysisJobOperator`, for ``engine="bulk"``.
    :param per_image: More arguments of :class:`RekognitionDetectModerationLabelsOperator`, for
        ``engine="per_image"``. One of its tasks runs at a time, unless you set
        ``max_active_tis_per_dagrun``; ``max_tps`` is per task.
    :param results: More arguments of the results operator.
    :param review: Arguments of :func:`review_images`, such as ``{"question": {"assigned_users": …}}``;
        ``{}`` uses its defaults. Then *actions* act on the verdicts after the review. ``None`` asks nobody.
    :param actions: As in :class:`RekognitionApplyVerdictsOperator`; ``None`` acts on nothing. (templated)
    :param act: More arguments of that operator, such as ``{"max_share": "5%"}``.
    :param preflight: Whether the first task checks what the run needs; or more arguments of
        :class:`RekognitionPreflightOperator`, such as ``{"paid_probe": True}``.
    :param connection: Arguments for all tasks: ``aws_conn_id``, ``region_name``, ``verify``,
        ``botocore_config``; and arguments that all tasks have, such as ``retries``.
    :param group: Arguments of Airflow's ``TaskGroup``, such as ``tooltip``.
    :raises InvalidInput: An argument without a template cannot be used: there is no such engine, *output*
        does not end in a slash, or the policy is wrong. The first task that runs checks templates.
    """
    chosen = parse_choice("engine", engine, Engine)
    if not output.endswith(("/", "}}")):
        raise InvalidArgument(argument="output", value=output, problem="it must end in /")
    engine_arguments = {Engine.BULK: bulk, Engine.PER_IMAGE: per_image}[chosen] or {}
    common: dict[str, Any] = ({} if kms_key_id is None else {"kms_key_id": kms_key_id}) | dict(
        connection or {}
    )
    with_ledger = common if ledger is None else {"ledger": ledger, **common}
    judging: dict[str, Any] = (
        {"policy": policy, "verdicts": f"{output}verdicts/", "report": f"{output}report/"}
        | with_ledger
        | _sampling(output, review)
        | dict(results or {})
    )
    acting = _acting(source, output, actions, act, common)
    _check(judging, source=source, output=output, manifest=manifest, engine=engine_arguments)
    check_actions(acting)
    with TaskGroup(group_id, **group) as task_group:
        listing: dict[str, Any] = {
            "task_id": "manifest",
            "source": source,
            "manifest_prefix": f"{output}manifests/",
            "results_arguments": _checked_first(judging),
            **with_ledger,
            **(manifest or {}),
        }
        lists = RekognitionCreateManifestOperator(**listing)
        analyzing: dict[str, Any] = {"task_id": "moderate", "output": f"{output}jobs/"}
        analyzing |= _slots(chosen, pool) | common | dict(engine_arguments)
        job = _OPERATOR_OF[chosen].partial(**analyzing).expand(manifest=lists.output)
        # If one job failed, the results of the others are still processed and committed to the ledger.
        reading: dict[str, Any] = {"task_id": "results", "job": job.output}
        reading |= {"index": XComArg(lists, "index"), "trigger_rule": "all_done"}
        judges = RekognitionMediaAnalysisResultsOperator(**reading | judging)
        reviewed = None if review is None else _review(judges, output, policy, review, common)
        applies = _act(judges, reviewed, acting)
        checked = {"manifest": listing, "analysis": analyzing, "results": judging, "actions": acting}
        checked["review"] = {} if reviewed is None else reviewed.checked_arguments
        checks = _preflight(chosen, checked, wanted=preflight, connection=connection or {}, before=lists)
    return ModeratedImages(task_group, lists, job, judges, applies, reviewed, checks)


def _slots(engine: Engine, pool: str | None) -> dict[str, Any]:
    """Return the arguments that limit how many tasks run the engine at the same time."""
    return _TASKS_AT_ONCE[engine] | ({} if pool is None else {"pool": pool})


def _preflight(
    engine: Engine,
    arguments: Mapping[str, Mapping[str, Any]],
    *,
    wanted: Mapping[str, Any] | bool,
    connection: Mapping[str, Any],
    before: RekognitionCreateManifestOperator,
) -> RekognitionPreflightOperator | None:
    """
    Create the first task, unless it is turned off.

    It gets no XCom but that of the source: the tasks of the others may run later.
    """
    if wanted is False:
        return None
    given: dict[str, Any] = {
        task: {
            name: value
            for name, value in of_task.items()
            if name not in connection
            and name != "results_arguments"
            and (name == "source" or not reads_xcom(value))
        }
        for task, of_task in arguments.items()
    }
    given |= {"task_id": "preflight", "engine": engine.value, **connection}
    checks = RekognitionPreflightOperator(**given | ({} if wanted is True else dict(wanted)))
    checks.set_downstream(before)
    return checks


def _report_of(judges: RekognitionMediaAnalysisResultsOperator) -> XComArg | None:
    """Return the report to which later tasks add their sections; ``None`` if there is none."""
    return None if judges.report is None else XComArg(judges, "report")


def _sampling(output: str, review: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the argument of the results task that an audit sample needs."""
    planning = (review or {}).get("plan") or {}
    if planning.keys() & {"audit_near", "audit_clean"}:
        return {"audit_candidates": f"{output}review/candidates/"}
    return {}


def _review(
    judges: RekognitionMediaAnalysisResultsOperator,
    output: str,
    policy: Any,
    review: Mapping[str, Any],
    common: Mapping[str, Any],
) -> "ReviewedImages":
    from .review import review_images  # noqa: PLC0415 Airflow's HITLOperator costs time at each parse

    arguments: dict[str, Any] = {
        "group_id": "review",
        "verdicts": XComArg(judges, "verdicts"),
        "review": f"{output}review/",
        "holds": f"{output}holds/",
    } | dict(review)
    planning: dict[str, Any] = {"policy": policy}
    if _sampling(output, review):
        planning["audit_candidates"] = XComArg(judges, "audit_candidates")
    arguments["plan"] = planning | dict(arguments.get("plan") or {})
    finishing = {"report": _report_of(judges), "parquet": judges.parquet}
    arguments["finish"] = finishing | dict(arguments.get("finish") or {})
    arguments["connection"] = {**common, **(arguments.get("connection") or {})}
    return review_images(**arguments)


def _act(
    judges: RekognitionMediaAnalysisResultsOperator,
    reviewed: "ReviewedImages | None",
    acting: Mapping[str, Any],
) -> RekognitionApplyVerdictsOperator | None:
    """Create the task that acts, after a review on the verdicts of people; ``None`` without actions."""
    if not acting:
        return None
    verdicts = reviewed.verdicts if reviewed else XComArg(judges, "verdicts")
    reads: dict[str, Any] = {"task_id": "actions", "verdicts": verdicts, "report": _report_of(judges)}
    return RekognitionApplyVerdictsOperator(**reads | dict(acting))


def _acting(
    source: Any,
    output: str,
    actions: Mapping[str, Any] | None,
    act: Mapping[str, Any] | None,
    common: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the arguments of the task that acts; empty without actions."""
    if actions is None:
        return {}
    places = {
        "action_log": f"{output}actions/",
        "holds": f"{output}holds/",
        "quarantine": f"{output}quarantine/",
        "source": None if reads_xcom(source) else source,
    }
    return {"actions": actions, **places, **common, **(act or {})}


#: Arguments of the results task that the manifest task checks. An XCom is not: its task may run later.
_CHECKED_FIRST: Final = ("policy", "parquet", "verdicts", "ledger", "report", "on_drift", "max_failed")


def _checked_first(judging: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: judging[name] for name in _CHECKED_FIRST if name in judging and not reads_xcom(judging[name])
    }


def _check(
    judging: Mapping[str, Any],
    *,
    source: Any,
    output: str,
    manifest: Mapping[str, Any] | None,
    engine: Mapping[str, Any],
) -> None:
    """Check every argument that has neither a template nor an XCom."""
    for arguments in ({"source": source, "output": output}, manifest or {}, engine, judging):
        check_arguments(arguments)
    check_policy(judging["policy"], engine.get("min_confidence"))
