"""The arguments of a run from its source and its output prefix, as ``moderate_images`` sets them."""

from collections.abc import Mapping
from typing import Any, Final

from .run_arguments import RunArguments

__all__ = ["FOLDERS", "arguments_below"]

#: The folder below the output prefix for each argument.
FOLDERS: Final[Mapping[str, str]] = {
    "manifest_prefix": "manifests/",
    "output": "jobs/",
    "verdicts": "verdicts/",
    "report": "report/",
    "action_log": "actions/",
    "holds": "holds/",
    "quarantine": "quarantine/",
}


def arguments_below(  # noqa: PLR0913 the arguments of moderate_images
    output: str,
    *,
    source: Any,
    engine: str,
    policy: Any = None,
    min_confidence: Any = None,
    project_version: str | None = None,
    ledger: str | None = None,
    parquet: str | None = None,
    kms_key_id: str | None = None,
    actions: Mapping[str, str] | None = None,
    quarantine: str | None = None,
    review: str | None = None,
    holds: str | None = None,
    previews: bool = True,
    decisions_file: str | None = None,
    max_cost: Any = None,
) -> RunArguments:
    """
    Return the arguments of the tasks that ``moderate_images`` would create.

    :param output: Prefix of the run, with a slash at its end.
    :param quarantine: Prefix of the copies; ``None`` is a folder below *output*.
    :param review: Prefix of the files of reviews; ``None`` is no review.
    :param holds: Prefix of the hold records; ``None`` is a folder below *output*.
    """
    common = {"kms_key_id": kms_key_id}
    held_at = holds or f"{output}{FOLDERS['holds']}"
    acting = {name: f"{output}{FOLDERS[name]}" for name in ("action_log", "quarantine")} | {"holds": held_at}
    finishing = {"decisions_file": decisions_file, "parquet": parquet, **common}
    reviewing: dict[str, Any] = {"review": review, "holds": held_at, "previews": previews}
    reviewing |= {"question": common, "finish": finishing}
    return RunArguments(
        engine=engine,
        manifest={
            "source": source,
            "manifest_prefix": f"{output}{FOLDERS['manifest_prefix']}",
            "ledger": ledger,
            "max_cost": max_cost,
            **common,
        },
        analysis={
            "output": f"{output}{FOLDERS['output']}",
            "min_confidence": min_confidence,
            "project_version": project_version,
            **common,
        },
        results={
            "policy": policy,
            "verdicts": f"{output}{FOLDERS['verdicts']}",
            "report": f"{output}{FOLDERS['report']}",
            "parquet": parquet,
            "ledger": ledger,
            **common,
        },
        actions={"actions": actions, **acting, **common, **({"quarantine": quarantine} if quarantine else {})}
        if actions
        else {},
        review={**reviewing, **common} if review else {},
    )
