"""Actions and outcomes for tests of the core."""

from datetime import UTC, datetime, timedelta

from airflow_provider_rekmedia.core.actions.action_record import ActionOutcome, PlannedAction
from airflow_provider_rekmedia.core.actions.verb import Outcome, Verb
from airflow_provider_rekmedia.core.verdicts.verdict import Decision

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def action(number=0, **changes):
    values = {
        "number": number,
        "uri": f"s3://photos/{number}.jpg",
        "bucket": "photos",
        "key": f"{number}.jpg",
        "etag": "e",
        "verdict": Decision.BLOCK,
        "verb": Verb.MOVE,
    }
    return PlannedAction(**values | changes)


def outcome(kind="done", number=0, *, attempt=1, minutes=0, planned=None, **changes):
    return ActionOutcome(
        action=planned or action(number),
        attempt=attempt,
        at=NOON + timedelta(minutes=minutes),
        outcome=Outcome(kind),
        **changes,
    )
