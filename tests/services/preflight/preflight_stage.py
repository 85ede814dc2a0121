"""One check of preflight against the emulator."""

from airflow_provider_rekmedia.core.preflight.planned_run import plan_run
from airflow_provider_rekmedia.core.preflight.run_arguments import RunArguments
from airflow_provider_rekmedia.core.preflight.run_folders import arguments_below
from airflow_provider_rekmedia.services.preflight.state import PreflightState

SOURCE, OUTPUT = "s3://photos/", "s3://analysis/out/"


def state_of(stage, *, paid_probe=False, manifest=None, **changes):
    """The state before the first check of a run."""
    arguments = arguments_below(OUTPUT, **{"source": SOURCE, "engine": "bulk"} | changes)
    tasks = dict(arguments.items())
    plan, _ = plan_run(
        RunArguments(
            engine=arguments.engine,
            manifest=tasks["manifest"] | (manifest or {}),
            analysis=tasks["moderate"],
            results=tasks["results"],
            actions=tasks["actions"],
            review=arguments.review,
        )
    )
    return PreflightState(plan=plan, clients=stage, paid_probe=paid_probe)


def findings_of(check, stage, **changes):
    """What one check finds, as lines."""
    found = check(state_of(stage, **changes))
    return [f"{finding.outcome} {finding}" for finding in found]
