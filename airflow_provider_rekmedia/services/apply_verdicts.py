"""Acts on verdicts: tags, copies, moves or deletes the objects of verdict files; undoes such a run."""

import json
import logging
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import msgspec

from airflow_provider_rekmedia.adapters.actions.action_log import ActionLog
from airflow_provider_rekmedia.adapters.actions.derived_files import DerivedFiles
from airflow_provider_rekmedia.adapters.actions.holds import Holds
from airflow_provider_rekmedia.adapters.actions.object_calls import ObjectCalls
from airflow_provider_rekmedia.adapters.aws_clients import AwsClients
from airflow_provider_rekmedia.adapters.gzip_files import gzip_writer
from airflow_provider_rekmedia.adapters.progress_log import iter_with_progress
from airflow_provider_rekmedia.adapters.results.verdict_files import iter_verdict_rows
from airflow_provider_rekmedia.core.actions.action_counts import ActionCounts
from airflow_provider_rekmedia.core.actions.action_plan import ActionPlan, iter_undo_actions
from airflow_provider_rekmedia.core.actions.action_record import ActionLogHeader, PlannedAction
from airflow_provider_rekmedia.core.actions.limits import ActionLimits, check_failures
from airflow_provider_rekmedia.core.actions.verb import Outcome, Verb
from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity, readable_key
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.untrusted_text import show_text
from airflow_provider_rekmedia.core.verdicts.tolerance import Tolerance
from airflow_provider_rekmedia.core.verdicts.verdict import Decision

from .actions.act_on_object import Backoff
from .actions.call_function import UserFunction
from .actions.object_tools import ObjectTools
from .actions.run_batches import BatchRunner

__all__ = ["BATCH_SIZE", "ActionSettings", "AppliedVerdicts", "apply_verdicts", "undo_actions"]

_LOG = logging.getLogger(__name__)

#: Actions between two writes of the log. A kill repeats at most this many actions.
BATCH_SIZE: Final = 500
_DIGITS: Final = 16
_SHOWN: Final = 10
#: What S3 Batch Operations can do.
_LISTED_VERBS: Final = frozenset({Verb.TAG, Verb.COPY})


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSettings:
    """
    What applies to every object of a task.

    :param attempt: Try of the task, from 1.
    :param action_log: Prefix of the action logs of all tasks.
    :param holds: Prefix of the hold records; ``None`` only checks legal holds.
    :param max_concurrency: Objects at a time.
    :param batch_manifest_above: Number of objects above which tag and copy only write a manifest for S3 Batch
        Operations; ``None`` never does.
    :param origin_path: Of a CloudFront distribution, see :class:`DerivedFiles`.
    """

    identity: TaskIdentity
    attempt: int
    action_log: S3Uri
    holds: S3Uri | None = None
    limits: ActionLimits = field(default_factory=ActionLimits)
    max_concurrency: int = 16
    all_versions: bool = False
    requester_pays: bool = False
    kms_key_id: str | None = None
    batch_manifest_above: int | None = None
    origin_path: str | None = None
    backoff: Backoff = field(default_factory=Backoff)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedVerdicts:
    """
    What a task did.

    :param summary: The return value of the task, a JSON-serializable dict.
    """

    summary: dict[str, Any]
    counts: ActionCounts
    log: S3Uri

    def check(self, max_failed: Tolerance) -> None:
        """
        Check that enough actions succeeded.

        :raises ActionsFailed: More failed than allowed.
        """
        if max_failed.limit is None:
            return
        outcomes = self.counts.by_outcome
        check_failures(
            max_failed.limit,
            is_share=max_failed.is_share,
            text=max_failed.text,
            denied=outcomes[Outcome.DENIED],
            failed=outcomes[Outcome.FAILED],
            objects=self.counts.objects,
            log=str(self.log),
        )


def apply_verdicts(
    plan: ActionPlan,
    verdict_uris: tuple[str, ...],
    settings: ActionSettings,
    clients: AwsClients,
    *,
    run_images: int | None,
    functions: Mapping[Decision, UserFunction],
    dry_run: bool,
) -> AppliedVerdicts:
    """
    Act on every image of the verdict files whose verdict has a verb.

    :param run_images: All images of the run, for ``max_share``; ``None`` if it is not known.
    :param dry_run: Only list what would be done.
    :raises TooManyObjects: The plan exceeds a limit. Nothing was changed.
    :raises InvalidInput: The plan cannot be used. Nothing was changed.
    :raises UnreadableVerdicts: A verdict file is damaged.
    :raises UnreadableActionLog: A file of an earlier try is damaged.
    :raises ServiceError: S3 refused a call that is not about one object.
    """
    objects = clients.objects

    def planned() -> Iterator[PlannedAction]:
        return plan.iter_actions(iter_verdict_rows(verdict_uris, objects))

    actions = {str(verdict): str(verb) for verdict, verb in plan.verbs.items()}
    header = _header(settings, actions, verdict_uris)
    digest = _digest([header.actions, header.verdict_uris, str(plan.quarantine), dict(plan.tags)])
    log = ActionLog(objects, _folder(settings, digest))
    number = sum(1 for _ in planned())
    if dry_run:
        return _list_plan(planned(), log, clients)
    settings.limits.check(objects=number, run_images=run_images)
    above = settings.batch_manifest_above
    listed = _LISTED_VERBS if above is not None and number > above else frozenset()
    runner = _runner(settings, log, clients, functions=functions, listed_verbs=listed)
    return _run(runner, planned(), header, settings, clients)


def undo_actions(log: S3Uri, settings: ActionSettings, clients: AwsClients) -> AppliedVerdicts:
    """
    Undo what another task did, as far as possible.

    :param log: The prefix of its action log.
    :raises InvalidArgument: There is no such log.
    :raises UnreadableActionLog: It is damaged.
    :raises TooManyObjects: It exceeds a limit. Nothing was changed.
    """
    undone = ActionLog(clients.objects, log)
    of = undone.read_header()
    header = _header(settings, of.actions, of.verdict_uris, undo_of=str(log))
    number = sum(1 for _ in iter_undo_actions(undone.iter_outcomes()))
    settings.limits.check(objects=number, run_images=None)
    own = ActionLog(clients.objects, _folder(settings, _digest(["undo", str(log)])))
    runner = _runner(settings, own, clients, functions={}, listed_verbs=frozenset())
    return _run(runner, iter_undo_actions(undone.iter_outcomes()), header, settings, clients)


def _run(
    runner: BatchRunner,
    planned: Iterable[PlannedAction],
    header: ActionLogHeader,
    settings: ActionSettings,
    clients: AwsClients,
) -> AppliedVerdicts:
    log, counts = runner.log, ActionCounts()
    kept = log.open(header)
    with DerivedFiles(clients.objects, log.folder, settings.origin_path) as files:
        for outcomes in iter_with_progress(
            runner.run(planned, kept.batch_size), "Batches of actions done", step=20
        ):
            counts.add(outcomes)
            files.add(outcomes)
        paths, manifests = files.upload_paths(), files.upload_manifests()
    summary = {
        "dry_run": False,
        "counts": counts.as_dict(),
        "actions": counts.actions_as_dict(),
        "action_log": str(log.folder),
        "invalidation_paths": paths,
        "batch_manifests": manifests,
    }
    _LOG.info(
        "Actions on %d objects: %s. Action log: %s", counts.objects, counts.actions_as_dict(), log.folder
    )
    return AppliedVerdicts(summary=summary, counts=counts, log=log.folder)


def _list_plan(planned: Iterable[PlannedAction], log: ActionLog, clients: AwsClients) -> AppliedVerdicts:
    """Write what would be done to one file, and log the first actions."""
    uri, number, verbs = log.folder.join("dry-run.jsonl.gz"), 0, dict[str, int]()
    with tempfile.TemporaryFile(prefix="rekmedia-") as file:
        with gzip_writer(file) as zipped:
            for action in planned:
                zipped.write(msgspec.json.encode(action) + b"\n")
                name = f"{action.verdict}: {action.verb}"
                verbs[name] = verbs.get(name, 0) + 1
                if number < _SHOWN:
                    _LOG.info("Would %s %s (%s)", action.verb, show_text(action.uri), action.rule)
                number += 1
        file.seek(0)
        clients.objects.put(uri, file, "application/gzip")
    _LOG.info("Dry run: %d objects: %s. No object was changed. All of them: %s", number, verbs, uri)
    counts = ActionCounts()
    summary = {
        "dry_run": True,
        "counts": counts.as_dict() | {"objects": number},
        "actions": {name: {"planned": count} for name, count in verbs.items()},
        "action_log": None,
        "dry_run_list": str(uri),
        "invalidation_paths": {},
        "batch_manifests": [],
    }
    return AppliedVerdicts(summary=summary, counts=counts, log=log.folder)


def _runner(
    settings: ActionSettings,
    log: ActionLog,
    clients: AwsClients,
    *,
    functions: Mapping[Decision, UserFunction],
    listed_verbs: frozenset[Verb],
) -> BatchRunner:
    client = clients.s3_client(settings.max_concurrency)
    payer = settings.requester_pays
    tools = ObjectTools(
        ObjectCalls(client, settings.kms_key_id, requester_pays=payer),
        Holds(client, settings.holds, requester_pays=payer),
        settings.all_versions,
    )
    return BatchRunner(
        tools=tools,
        log=log,
        attempt=settings.attempt,
        max_concurrency=settings.max_concurrency,
        functions=functions,
        listed_verbs=listed_verbs,
        backoff=settings.backoff,
    )


def _header(
    settings: ActionSettings, actions: dict[str, str], uris: tuple[str, ...], undo_of: str | None = None
) -> ActionLogHeader:
    identity = settings.identity
    return ActionLogHeader(
        dag_id=identity.dag_id,
        run_id=identity.run_id,
        task_id=identity.task_id,
        map_index=identity.map_index,
        actions=actions,
        verdict_uris=uris,
        batch_size=BATCH_SIZE,
        undo_of=undo_of,
    )


def _folder(settings: ActionSettings, digest: str) -> S3Uri:
    """Return the prefix of a log: a task that is repeated with the same plan finds its own log."""
    return settings.action_log.join(f"{readable_key(settings.identity)}/{digest}/")


def _digest(plan: list[Any]) -> str:
    return sha256(json.dumps(plan, sort_keys=True).encode()).hexdigest()[:_DIGITS]
