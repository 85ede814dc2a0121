"""Writes the IAM policy with the least permissions that a run needs."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, assert_never

from airflow_provider_rekmedia.core.images.source import Images, Inventories, ListFiles, Prefixes
from airflow_provider_rekmedia.core.jobs.job import Engine
from airflow_provider_rekmedia.core.s3_uri import S3Uri

from .cures import PROBE_NAME
from .planned_run import PlannedRun
from .verb_permissions import COMMON, PERMISSIONS, Place

__all__ = ["iam_policy", "iter_permissions"]

#: An IAM action and its resource.
Permission = tuple[str, str]

_ENGINE_ACTIONS: Final = {
    Engine.BULK: (
        "rekognition:StartMediaAnalysisJob",
        "rekognition:GetMediaAnalysisJob",
        "rekognition:ListMediaAnalysisJobs",
    ),
    Engine.PER_IMAGE: ("rekognition:DetectModerationLabels",),
}


def iam_policy(plan: PlannedRun, *, partition: str = "aws") -> dict[str, Any]:
    """
    Return the policy as IAM reads it, one statement for each set of resources.

    :param partition: ``aws``, ``aws-cn`` or ``aws-us-gov``.
    """
    resources: dict[str, set[str]] = {}
    for action, resource in iter_permissions(plan, partition=partition):
        resources.setdefault(action, set()).add(resource)
    actions: dict[tuple[str, ...], list[str]] = {}
    for action, names in resources.items():
        actions.setdefault(tuple(sorted(names)), []).append(action)
    statements = [
        {"Effect": "Allow", "Action": sorted(of_these), "Resource": list(these)}
        for these, of_these in sorted(actions.items())
    ]
    return {"Version": "2012-10-17", "Statement": [*statements, *_iter_key_statements(plan, partition)]}


def iter_permissions(plan: PlannedRun, *, partition: str = "aws") -> Iterator[Permission]:
    """Yield each action with each of its resources, without those of KMS; some come twice."""
    s3 = f"arn:{partition}:s3:::"
    yield "servicequotas:ListServiceQuotas", "*"
    for action in _ENGINE_ACTIONS[plan.engine]:
        yield action, "*"
    for bucket in _buckets(plan):
        yield "s3:ListBucket", f"{s3}{bucket}"
    for resource in _read_objects(plan):
        yield "s3:GetObject", f"{s3}{resource}"
    for write in plan.writes:
        below = f"{s3}{_below(write.prefix)}"
        yield "s3:PutObject", below
        if "get" in write.needs:
            yield "s3:GetObject", below
        yield (
            "s3:DeleteObject",
            below if "delete" in write.needs else f"{s3}{_name(write.prefix.join(PROBE_NAME))}",
        )
    for action, resource in _iter_verb_permissions(plan):
        yield action, f"{s3}{resource}"


def _iter_verb_permissions(plan: PlannedRun) -> Iterator[Permission]:
    images = [_below(prefix) for prefix in _source_prefixes(plan)]
    quarantine = [_below(write.prefix) for write in plan.writes if write.argument == "quarantine"]
    names = {
        Place.IMAGES: images,
        Place.QUARANTINE: quarantine,
        Place.BUCKETS: list(dict.fromkeys(prefix.bucket for prefix in _source_prefixes(plan))),
    }
    for verb in sorted(plan.verbs):
        for place, actions in (*COMMON, *PERMISSIONS[verb]):
            for action in actions:
                yield from ((action, name) for name in names[place])


def _source_prefixes(plan: PlannedRun) -> tuple[S3Uri, ...]:
    """Return the prefixes of the images; of a list, the buckets of its files."""
    match plan.source:
        case Prefixes(prefixes):
            return prefixes
        case Images(images):
            return tuple(
                dict.fromkeys(S3Uri(uri.bucket, uri.key[: uri.key.rfind("/") + 1]) for uri in images)
            )
        case ListFiles(files) | Inventories(files):
            return tuple(dict.fromkeys(S3Uri(file.bucket, "") for file in files))
        case None:
            return ()
        case _:
            assert_never(plan.source)


def _buckets(plan: PlannedRun) -> Iterable[str]:
    uris = [*_source_prefixes(plan), *(write.prefix for write in plan.writes)]
    if plan.verbs and plan.holds is not None:
        uris.append(plan.holds)
    return dict.fromkeys(uri.bucket for uri in uris)


def _read_objects(plan: PlannedRun) -> Iterator[str]:
    for prefix in _source_prefixes(plan):
        yield _below(prefix)
    if plan.verbs and plan.holds is not None:
        yield _below(plan.holds)
    if isinstance(plan.policy, str) and plan.policy.startswith("s3://"):
        yield plan.policy.removeprefix("s3://")
    if plan.decisions_file is not None:
        yield _name(plan.decisions_file)


def _iter_key_statements(plan: PlannedRun, partition: str) -> Iterator[dict[str, Any]]:
    """Yield a statement for each key. IAM knows an alias only as a condition."""
    for key in dict.fromkeys(write.kms_key_id for write in plan.writes if write.kms_key_id):
        statement: dict[str, Any] = {
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": key if key.startswith("arn:") else f"arn:{partition}:kms:*:*:key/{key}",
        }
        if "alias/" in key:
            statement["Resource"] = "*"
            alias = key[key.index("alias/") :]
            statement["Condition"] = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": alias}}
        yield statement


def _below(prefix: S3Uri) -> str:
    return f"{_name(prefix)}*"


def _name(uri: S3Uri) -> str:
    return f"{uri.bucket}/{uri.key}"
